"""The child process that runs core jobs, and the messages that cross the pipe. No Qt here, ever."""

"""Colours, sizes and the style sheet; nothing else holds one."""

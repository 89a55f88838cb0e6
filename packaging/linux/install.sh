#!/bin/sh
# Puts Workbench among this person's programs: a desktop file that leads to this folder, and its icons.
# With --remove, takes both away again. The folder itself stays where it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/workbench.desktop
if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$data"/icons/hicolor/*/apps/workbench.png
    exit 0
fi
mkdir -p "$data/applications"
# In the Exec of a desktop file four characters have a backslash before them, which as any backslash is written
# twice, and a percent sign is written twice, too; sed then wants its own characters quoted.
quoted=$(printf '%s' "$here" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g')
escaped=$(printf '%s' "$quoted" | sed -e 's/[\\&|]/\\&/g')
sed -e "s|@FOLDER@|$escaped|g" "$here/workbench.desktop" >"$entry"
for side in "$here"/icons/*; do
    mkdir -p "$data/icons/hicolor/${side##*/}/apps"
    cp "$side/workbench.png" "$data/icons/hicolor/${side##*/}/apps/workbench.png"
done
command -v update-desktop-database >/dev/null && update-desktop-database "$data/applications" || true

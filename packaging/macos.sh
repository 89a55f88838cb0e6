#!/bin/bash
# Signs, packs and notarises the program for macOS.  NOT RUN YET: written on Linux.
#
#   python packaging/build.py --edition light && packaging/macos.sh light
#
# With MACOS_IDENTITY ("Developer ID Application: …") it signs, and with MACOS_NOTARY (the name of a profile
# that `xcrun notarytool store-credentials` has made) it has the result notarised. Without them it is signed for
# this computer only, and others have to open it with a right click the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

edition=${1:-light}
app=dist/$edition/Workbench.app
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' workbench/version.py)
image=dist/workbench-$version-$edition-macos-$(uname -m).dmg
identity=${MACOS_IDENTITY:--}
options=(--force --timestamp --options runtime --entitlements packaging/macos.entitlements)
[ "$identity" = - ] && options=(--force)

# Every library by itself, the innermost first, and the app last: --deep would miss some and sign others twice.
cp -R "dist/$edition/workbench/licences" "$app/Contents/Resources/licences"
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) -print0 |
    while IFS= read -r -d '' file; do
        if file -b "$file" | grep -q Mach-O; then
            codesign "${options[@]}" --sign "$identity" "$file"
        fi
    done
codesign "${options[@]}" --sign "$identity" "$app"
codesign --verify --strict --verbose=2 "$app"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Workbench -srcfolder "$stage" -format ULMO -ov "$image"
if [ -n "${MACOS_NOTARY:-}" ]; then
    codesign --sign "$identity" --timestamp "$image"
    xcrun notarytool submit "$image" --keychain-profile "$MACOS_NOTARY" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
"$app/Contents/MacOS/workbench" --selftest
echo "$image"

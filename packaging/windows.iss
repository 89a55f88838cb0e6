; Installer for Windows, made with Inno Setup 6:  iscc /DVersion=0.1.0 /DEdition=light packaging\windows.iss
; NOT RUN YET: written on Linux. It expects what `python packaging/build.py` leaves in dist\EDITION\workbench.

#ifndef Version
  #error Say which version: /DVersion=0.1.0
#endif
#ifndef Edition
  #define Edition "light"
#endif

[Setup]
AppId={{6C0B6C63-0D2B-4C0E-9C0B-3B4B6B7B1E55}
AppName=Workbench
AppVersion={#Version}
AppVerName=Workbench {#Version} ({#Edition})
AppPublisher=The Workbench contributors
DefaultDirName={autopf}\Workbench
DefaultGroupName=Workbench
DisableProgramGroupPage=yes
; For this person alone unless an administrator wants it for everybody.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\dist
OutputBaseFilename=workbench-{#Version}-{#Edition}-windows-setup
SetupIconFile=..\build\{#Edition}\workbench.ico
UninstallDisplayIcon={app}\workbench.exe
LicenseFile=..\LICENSE
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes
; Both files are signed where a certificate is set up:  iscc "/Ssign=signtool sign /fd sha256 /tr URL /td sha256 $f"
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[Files]
Source: "..\dist\{#Edition}\workbench\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[InstallDelete]
; An update leaves nothing of the version before: two versions of one library in a folder do not go together.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Workbench"; Filename: "{app}\workbench.exe"; AppUserModelID: "org.workbench.Workbench"
Name: "{autodesktop}\Workbench"; Filename: "{app}\workbench.exe"; Tasks: desktop

[Tasks]
Name: desktop; Description: "An icon on the desktop"; Flags: unchecked
Name: models; Description: "Open model files (.checkpoint) with Workbench"; Flags: unchecked

[Registry]
Root: HKA; Subkey: "Software\Classes\.checkpoint\OpenWithProgids"; ValueType: string; ValueName: "Workbench.Model"; ValueData: ""; Flags: uninsdeletevalue; Tasks: models
Root: HKA; Subkey: "Software\Classes\Workbench.Model"; ValueType: string; ValueData: "Workbench model"; Flags: uninsdeletekey; Tasks: models
Root: HKA; Subkey: "Software\Classes\Workbench.Model\shell\open\command"; ValueType: string; ValueData: """{app}\workbench.exe"" ""%1"""; Tasks: models

[Run]
Filename: "{app}\workbench.exe"; Description: "Start Workbench"; Flags: nowait postinstall skipifsilent

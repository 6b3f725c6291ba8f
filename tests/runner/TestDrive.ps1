# TestDrive: and $TestDrive, a temporary folder a file. What a block adds to it goes when the block ends.

function New-TestDrive {
    $folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), [guid]::NewGuid().ToString('n'))
    $null = [IO.Directory]::CreateDirectory($folder)
    $provider = $ExecutionContext.SessionState.Provider.GetOne('FileSystem')
    $null = $ExecutionContext.SessionState.Drive.New(
        [Management.Automation.PSDriveInfo]::new('TestDrive', $provider, $folder, 'The running test file''s own folder', $null), 'Global')
    $global:TestDrive = $folder
    $script:TestDrivePath = $folder
    $script:LocationBefore = $ExecutionContext.SessionState.Path.CurrentLocation.Path
}

# A test may have gone into its drive, and a drive in use can't be removed.
function Remove-TestDrive {
    $null = $ExecutionContext.SessionState.Path.SetLocation($script:LocationBefore)
    $ExecutionContext.SessionState.Drive.Remove('TestDrive', $true, 'Global')
    $global:TestDrive = $null
    if ([IO.Directory]::Exists($script:TestDrivePath)) { [IO.Directory]::Delete($script:TestDrivePath, $true) }
}

function Get-TestDriveContent {
    , [Collections.Generic.HashSet[string]]::new([IO.Directory]::GetFileSystemEntries($script:TestDrivePath, '*', 'AllDirectories'))
}

function Restore-TestDriveContent($Before) {
    foreach ($entry in [IO.Directory]::GetFileSystemEntries($script:TestDrivePath, '*', 'AllDirectories')) {
        if ($Before.Contains($entry)) { continue }
        if ([IO.File]::Exists($entry)) { [IO.File]::Delete($entry) }
        elseif ([IO.Directory]::Exists($entry)) { [IO.Directory]::Delete($entry, $true) }
    }
}

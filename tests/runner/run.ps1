<#
Runs Pester 5 test files where no Pester is: run.ps1 -Path <file[:file...]> [-ResultPath <file>] [-Tag a,b] [-ExcludeTag c,d]

Several files are separated as PATH is (`:`, on Windows `;`), tags by commas: an engine's -File passes nothing but text.
ResultPath receives one JSON line a test and one a file (Report.ps1 says what is in them).
The exit code is the number of failures, 255 at most.
#>
param([Parameter(Mandatory)] [string] $Path, [string] $ResultPath, [string] $Tag, [string] $ExcludeTag)

Import-Module "$PSScriptRoot/TestRunner.psm1" -Force -DisableNameChecking

# Loaded here and not in the module: what runs tests must belong to the session state that tests belong to.
Set-TestRequest -Path $Path -ResultPath $ResultPath -Tag $Tag -ExcludeTag $ExcludeTag -Scope (& "$PSScriptRoot/Scope.ps1")

# Scopes are dynamic: a test would see these.
$Path = $ResultPath = $Tag = $ExcludeTag = $null

exit (Invoke-TestRequest)

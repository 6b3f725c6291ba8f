<#
.SYNOPSIS
Walks through the pages of a web site, several at a time.

.DESCRIPTION
Workers fetch pages and find their links. What each page said comes back by a callback, which runs in this session, so that nothing
here needs a lock: it writes the page's object and puts its links into a queue. The loop takes links from the queue and submits
those that are new and on the same host, until every page that was submitted has answered.

Writes an object for each page, as it comes: Uri, Status, Title, Bytes, Links and Error. A page that can't be fetched has no Status
and an Error; that of one with a status such as 404 is the status itself. The walk goes on.

.PARAMETER Uri
The first page.

.PARAMETER MaxPages
The most pages to fetch.

.PARAMETER TaskTimeout
The most seconds that one page may take.

.PARAMETER ThrottleLimit
The most pages at a time.

.EXAMPLE
./Get-WebSite.ps1 http://localhost:8080/ | Where-Object Status -NE 200

.EXAMPLE
./Get-WebSite.ps1 https://intranet.example/ -MaxPages 500 | Export-Csv pages.csv
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateScript({ $_.IsAbsoluteUri -and $_.Scheme -in 'http', 'https' }, ErrorMessage = "'{0}' is no address of a web page, such as http://localhost:8080/.")]
    [uri] $Uri,

    [ValidateRange(1, 100000)]
    [int] $MaxPages = 100,

    [ValidateRange(1, 3600)]
    [int] $TaskTimeout = 30,

    [ValidateRange(1, 256)]
    [int] $ThrottleLimit = 4
)

Set-StrictMode -Version 3
if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

# Runs in the workers.
$fetch = {
    param([uri] $Page)

    $ErrorActionPreference = 'Stop'
    $answer = Invoke-WebRequest $Page -UseBasicParsing -SkipHttpErrorCheck

    # Links are relative to where the page was found in the end. What is no address is left out.
    $base, $link = $answer.BaseResponse.RequestMessage.RequestUri, $null
    $isText = "$($answer.Headers['Content-Type'])" -like 'text/html*'
    [pscustomobject]@{
        Uri    = $Page
        Status = [int] $answer.StatusCode
        Title  = $isText -and $answer.Content -match '(?s)<title>\s*(.*?)\s*</title>' ? [Net.WebUtility]::HtmlDecode($Matches[1]) : $null
        Bytes  = $answer.RawContentLength
        Links  = @(if ($isText) { $answer.Links.href | Where-Object { $_ } | ForEach-Object { if ([uri]::TryCreate($base, [Net.WebUtility]::HtmlDecode($_), [ref] $link)) { $link } } })
        Error  = $null
    }
}

$pool = New-ProcPool -Size $ThrottleLimit
$answers = New-ProcQueue
try {
    # A callback's own output goes nowhere: what it has to say, it sends.
    $taken = { $answers.Send($args[0]) }.GetNewClosure()
    $seen = [Collections.Generic.HashSet[string]]::new()
    $links, $open = @($Uri), 0
    while ($true) {
        foreach ($link in $links) {
            # Whatever stands behind # is the same page.
            $page = [uri] $link.GetLeftPart('Query')
            if ($page.Authority -eq $Uri.Authority -and $page.Scheme -eq $Uri.Scheme -and $seen.Count -lt $MaxPages -and $seen.Add($page)) {
                $lost = { $answers.Send([pscustomobject]@{ Uri = $page; Status = $null; Title = $null; Bytes = 0; Links = @(); Error = "$_" }) }.GetNewClosure()
                $null = Submit-ProcTask $fetch -Pool $pool -ArgumentList $page -TaskTimeout $TaskTimeout -Callback $taken -ErrorCallback $lost
                $open++
            }
        }

        if (-not $open--) {
            break
        }

        $answer = Receive-ProcQueue $answers
        $answer
        $links = $answer.Links
    }
} finally {
    Stop-ProcPool $pool
}

# A headless Chromium that tests look at pages with, by its DevTools protocol: . $PSScriptRoot/browser.ps1

# The program, or nothing where there is none.
function Find-Browser {
    Get-Command chromium, chromium-browser, google-chrome, chrome -CommandType Application -ErrorAction Ignore | Select-Object -First 1
}

# Starts it, and connects to its one page. Its profile is in a folder of a short name, for it has a socket there.
function Start-Browser {
    $folder = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "b$(Get-Random)/profile") -ItemType Directory).Parent.FullName
    $options = @(
        '--headless', '--disable-gpu', '--disable-dev-shm-usage', '--disable-breakpad', '--disable-extensions', '--no-first-run'
        '--disable-background-networking', '--disable-component-update', '--hide-scrollbars', '--force-device-scale-factor=1'
        '--remote-debugging-port=0', "--user-data-dir=$folder/profile"
        # A container's root has no sandbox to start it in; the pages are our own.
        if ($IsLinux -and (id -u) -eq 0) { '--no-sandbox' }
        'about:blank'
    )
    $process = Start-Process (Find-Browser).Source $options -PassThru -Environment @{ TMPDIR = $folder; HOME = $folder } `
        -RedirectStandardOutput "$folder/out" -RedirectStandardError "$folder/err"
    $browser = @{
        Process = $process; Folder = $folder; Socket = [Net.WebSockets.ClientWebSocket]::new(); Calls = 0
        Events = [Collections.Generic.List[object]]::new()
    }
    try {
        Wait-Until -TimeoutSeconds 120 { (Get-Content "$folder/profile/DevToolsActivePort" -ErrorAction Ignore).Count -eq 2 -or $process.HasExited }
        if ($process.HasExited) { throw "Chromium ended: $(Get-Content "$folder/err" -Raw)" }
        $port = @(Get-Content "$folder/profile/DevToolsActivePort")[0]
        Wait-Until { (Invoke-RestMethod "http://127.0.0.1:$port/json").type -eq 'page' }
        $page = (Invoke-RestMethod "http://127.0.0.1:$port/json") | Where-Object type -EQ page | Select-Object -First 1
        $null = $browser.Socket.ConnectAsync($page.webSocketDebuggerUrl, [Threading.CancellationToken]::None).Wait(30000)
        'Page', 'Runtime', 'Network', 'Log' | ForEach-Object { $null = Invoke-BrowserMethod $browser "$_.enable" }
        $browser
    } catch {
        Stop-Browser $browser
        throw
    }
}

# Ends it, and waits until every process of it is gone.
function Stop-Browser {
    param($Browser)

    if (-not $Browser) { return }
    $children = @(Get-Process | Where-Object { $_.Parent.Id -eq $Browser.Process.Id })
    try { $null = Invoke-BrowserMethod $Browser Browser.close } catch { Stop-Process $Browser.Process -Force -ErrorAction Ignore }
    $Browser.Process, $children | Wait-Process -Timeout 30 -ErrorAction Ignore
    $Browser.Socket.Dispose()

    # Those below it may still write there.
    Wait-Until { Remove-Item $Browser.Folder -Recurse -Force -ErrorAction Ignore; -not (Test-Path $Browser.Folder) }
}

function Read-BrowserMessage {
    param($Browser, [int] $TimeoutSeconds = 300)

    $limit = [Threading.CancellationTokenSource]::new([timespan]::FromSeconds($TimeoutSeconds))
    $message = [IO.MemoryStream]::new()
    $buffer = [ArraySegment[byte]]::new([byte[]]::new(65536))
    try {
        do {
            $part = $Browser.Socket.ReceiveAsync($buffer, $limit.Token).GetAwaiter().GetResult()
            $message.Write($buffer.Array, 0, $part.Count)
        } until ($part.EndOfMessage)
    } finally {
        $limit.Dispose()
    }
    [Text.Encoding]::UTF8.GetString($message.ToArray()) | ConvertFrom-Json
}

# Calls a method of the protocol; what happens meanwhile is kept as events.
function Invoke-BrowserMethod {
    param($Browser, [string] $Method, [hashtable] $Parameters = @{})

    $id = ++$Browser.Calls
    $request = ConvertTo-Json @{ id = $id; method = $Method; params = $Parameters } -Depth 5 -Compress
    $bytes = [ArraySegment[byte]]::new([Text.Encoding]::UTF8.GetBytes($request))
    $Browser.Socket.SendAsync($bytes, [Net.WebSockets.WebSocketMessageType]::Text, $true, [Threading.CancellationToken]::None).Wait()
    do {
        $message = Read-BrowserMessage $Browser
        if ($message.method) { $Browser.Events.Add($message) }
    } until ($message.id -eq $id)
    if ($message.error) { throw "$Method`: $($message.error.message)" }
    if ($message.result.PSObject.Properties.Count) { $message.result }
}

# The value of a JavaScript expression; a promise is awaited.
function Invoke-BrowserScript {
    param($Browser, [string] $Script)

    $answer = Invoke-BrowserMethod $Browser Runtime.evaluate @{ expression = $Script; returnByValue = $true; awaitPromise = $true }
    if ($answer.exceptionDetails) { throw "$($answer.exceptionDetails.exception.description ?? $answer.exceptionDetails.text): $Script" }
    $answer.result.value
}

# Shows a page in a window of some size, in light or dark.
function Show-Page {
    param($Browser, [string] $Path, [int] $Width = 1200, [int] $Height = 900, [string] $Theme = 'light', [string] $TimeZone = 'Europe/Berlin')

    Invoke-BrowserMethod $Browser Emulation.setDeviceMetricsOverride @{ width = $Width; height = $Height; deviceScaleFactor = 1; mobile = $false }
    Invoke-BrowserMethod $Browser Emulation.setEmulatedMedia @{ features = @(@{ name = 'prefers-color-scheme'; value = $Theme }) }
    Invoke-BrowserMethod $Browser Emulation.setTimezoneOverride @{ timezoneId = $TimeZone }
    $Browser.Events.Clear()
    $null = Invoke-BrowserMethod $Browser Page.navigate @{ url = [uri]::new((Convert-Path $Path)).AbsoluteUri }
    while (-not ($Browser.Events | Where-Object method -EQ Page.loadEventFired)) { $Browser.Events.Add((Read-BrowserMessage $Browser)) }
    Wait-Frame $Browser
}

# Waits until the page has drawn what was asked for.
function Wait-Frame {
    param($Browser)

    $null = Invoke-BrowserScript $Browser 'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))'
}

function Move-Pointer {
    param($Browser, [double] $X, [double] $Y, [string] $Type = 'mouseMoved', [hashtable] $More = @{})

    $null = Invoke-BrowserMethod $Browser Input.dispatchMouseEvent (@{ type = $Type; x = $X; y = $Y } + $More)
    Wait-Frame $Browser
}

# Presses a key. 8 is Shift.
function Send-Key {
    param($Browser, [string] $Key, [int] $Modifiers = 0)

    $event = @{ key = $Key; modifiers = $Modifiers; code = $Key }
    if ($Key.Length -eq 1) { $event.text = $Key }
    $null = Invoke-BrowserMethod $Browser Input.dispatchKeyEvent ($event + @{ type = 'keyDown' })
    $null = Invoke-BrowserMethod $Browser Input.dispatchKeyEvent ($event + @{ type = 'keyUp' })
    Wait-Frame $Browser
}

# Saves what the page looks like.
function Save-Screenshot {
    param($Browser, [string] $Path)

    $picture = Invoke-BrowserMethod $Browser Page.captureScreenshot @{ format = 'png' }
    [IO.File]::WriteAllBytes($Path, [Convert]::FromBase64String($picture.data))
}

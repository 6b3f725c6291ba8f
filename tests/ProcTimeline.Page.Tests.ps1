# How the page of Export-ProcTimeline looks and answers, in a headless Chromium.

. $PSScriptRoot/browser.ps1

if (-not (Find-Browser)) {
    Describe 'The page of a timeline' {
        It 'is looked at' {
            Set-ItResult -Skipped -Because 'there is no Chromium on this machine'
        }
    }
    return
}

Describe 'The page of a timeline' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/browser.ps1
        $hostile = '</script><img src=x onerror="document.title = 1">'
        $start = [datetime]::new(2026, 11, 28, 15, 0, 0, [DateTimeKind]::Utc)

        # Two workers of one computer: 11 is busy for 10 s, and has the straggler; 12 is idle from 4 s on. One item never ran.
        $records = foreach ($line in @(
                '0, 11, 0, 1, Done', '1, 12, 0, 1, Failed', '2, 11, 1, 1, Done', '3, 12, 1, 1, Lost', '4, 11, 2, 8, Done'
                '5, 12, 2, 1, Canceled', '6, 12, 3, 1, TimedOut', '7, 0, 0, 0, Canceled')) {
            $index, $worker, $at, $seconds, $status = $line -split ', '
            [pscustomobject]@{
                Index = $index; InputObject = $index -eq 1 ? $hostile : "item $index"; Status = $status; Attempts = 1
                ProcessId = $worker; ComputerName = 'alpha'
                Error = $status -in 'Failed', 'TimedOut' ? "$status <b>here</b>" : $null
                Started = $start.AddSeconds($at); Duration = [timespan]::FromSeconds($seconds)
            }
        }
        $records | Export-ProcTimeline "$TestDrive/small.html" -Title "Run of $hostile"

        # 100,000 tasks of 12 ms on four workers, one in 1,000 failed.
        $writer = [IO.StreamWriter]::new("$TestDrive/large.jsonl")
        for ($i = 0; $i -lt 100000; $i++) {
            $at = $start.AddMilliseconds(($i -shr 2) * 12.5).ToString('o')
            $status = $i % 1000 ? '"Done","error":null' : '"Failed","error":"no route"'
            $where = """processId"":$(20 + $i % 4),""computerName"":""alpha"",""started"":""$at"",""duration"":0.012"
            $writer.WriteLine("{""index"":$i,""input"":""item $i"",""status"":$status,""attempt"":1,$where}")
        }
        $writer.Dispose()
        Export-ProcTimeline "$TestDrive/large.html" -LogPath "$TestDrive/large.jsonl"

        $browser = Start-Browser

        function Get-Value {
            param([string] $Script)

            Invoke-BrowserScript $browser $Script
        }

        # Where a moment of a lane is in the window.
        function Get-Place {
            param([int] $Lane, [double] $Milliseconds)

            Get-Value "(box => [Math.round(box.left + xOf($Milliseconds)), box.top + yOf($Lane) + LANE / 2])(canvas.getBoundingClientRect())"
        }

        # The colour of that place on the canvas, and the one that a name has in the theme, as [r, g, b].
        function Get-Pixel {
            param([int] $Lane, [double] $Milliseconds)

            $place = "Math.round(xOf($Milliseconds)), Math.round(yOf($Lane) + LANE / 2 + 6)"
            (Get-Value "[...canvas.getContext('2d').getImageData($place, 1, 1).data].slice(0, 3)") -join ' '
        }

        function Get-Colour {
            param([string] $Name)

            $hex = Get-Value "getComputedStyle(document.documentElement).getPropertyValue('--$Name').trim()"
            (1, 3, 5 | ForEach-Object { [Convert]::ToInt32($hex.Substring($_, 2), 16) }) -join ' '
        }

        function Get-Text {
            param([string] $Id)

            Get-Value "document.getElementById('$Id').innerText"
        }

        function Show-Small {
            param([int] $Width = 1200, [string] $Theme = 'light')

            Show-Page $browser "$TestDrive/small.html" -Width $Width -Theme $Theme
        }
    }

    AfterAll {
        Stop-Browser $browser
    }

    It 'loads nothing but itself, and runs without a fault' {
        Show-Small
        $problems = $browser.Events | Where-Object method -In Runtime.exceptionThrown, Runtime.consoleAPICalled, Log.entryAdded
        $problems | ConvertTo-Json -Depth 6 | Should -BeNullOrEmpty
        @($browser.Events | Where-Object method -EQ Network.requestWillBeSent).params.request.url | Should -BeLike 'file:*/small.html'
    }

    It 'draws a lane for each worker, in the colours of the statuses, in a <_> theme' -ForEach light, dark {
        Show-Small -Theme $_
        Get-Value 'lanes.map(lane => lane.tasks.length).join()' | Should -Be '3,4'
        Get-Pixel 0 500 | Should -Be (Get-Colour Done)
        Get-Pixel 0 9000 | Should -Be (Get-Colour Done)
        Get-Pixel 1 500 | Should -Be (Get-Colour Failed)
        Get-Pixel 1 1500 | Should -Be (Get-Colour Lost)
        Get-Pixel 1 2500 | Should -Be (Get-Colour Canceled)
        Get-Pixel 1 3500 | Should -Be (Get-Colour Failed)
        # The worker is idle.
        Get-Pixel 1 7300 | Should -Be (Get-Colour track)
        Get-Value 'getComputedStyle(document.body).backgroundColor' | Should -Be ($_ -eq 'light' ? 'rgb(246, 247, 249)' : 'rgb(15, 20, 26)')
    }

    It 'has no colours that are hard to read in a <_> theme' -ForEach light, dark {
        Show-Small -Theme $_
        $bars = 'Done', 'Failed', 'Lost', 'Canceled' | ForEach-Object { "on-bar $_" }
        $pairs = @('text page', 'muted page', 'text panel', 'muted panel', 'on-dim dim', 'accent panel') + $bars
        foreach ($pair in $pairs) {
            $one, $other = -split $pair | ForEach-Object {
                $parts = -split (Get-Colour $_) | ForEach-Object {
                    $part = $_ / 255
                    $part -le 0.03928 ? $part / 12.92 : [Math]::Pow(($part + 0.055) / 1.055, 2.4)
                }
                0.2126 * $parts[0] + 0.7152 * $parts[1] + 0.0722 * $parts[2] + 0.05
            }
            # The contrast that WCAG AA wants for text.
            [Math]::Max($one, $other) / [Math]::Min($one, $other) | Should -BeGreaterThan 4.5 -Because $pair
        }
    }

    It 'shows input, duration and error under the pointer, as text' {
        Show-Small
        $x, $y = Get-Place 1 500
        Move-Pointer $browser $x $y
        $text = Get-Text tip
        $text | Should -Match ([regex]::Escape($hostile))
        $text | Should -Match 'Failed <b>here</b>'
        $text | Should -Match '1\.00 s'
        $x, $y = Get-Place 0 5000
        Move-Pointer $browser $x $y
        Get-Text tip | Should -Match '(?s)item 4.*8\.00 s \(8\.00 times the median\)'
        $x, $y = Get-Place 1 7000
        Move-Pointer $browser $x $y
        Get-Value 'tip.hidden' | Should -BeTrue
        Get-Value 'document.querySelectorAll("img, b").length' | Should -Be 0
        Get-Value 'document.title' | Should -Be "Run of $hostile"
    }

    It 'tells the utilisation of each worker and of all, the slowest and what was not done' {
        Show-Small
        Get-Text figures | Should -Match '(?s)Utilisation\s+70%\s+of 2 workers'
        Get-Text figures | Should -Match '(?s)Tail\s+0 s'
        Get-Text workers | Should -Match '(?s)alpha 11.*100%.*alpha 12.*40%'
        (Get-Text slowest) -split "`n" | Select-Object -Skip 1 -First 1 | Should -Match '8\.00 s.+item 4'
        Get-Text failed | Should -Match 'never ran'
        Get-Value 'document.querySelectorAll("#failed tbody tr").length' | Should -Be 5
        Get-Value '[...stragglers].join()' | Should -Be '4'
        Get-Text figures | Should -Match '(?s)Not done\s+5\s+2 Failed, 1 Lost, 2 Canceled'
        Get-Text legend | Should -Match '(?s)Done 3.*Failed 2.*Lost 1.*Canceled 2'
    }

    It 'names the time zone, and can show others' {
        Show-Small
        Get-Text summary | Should -Match '28 Nov 2026 16:00:00\.000 . 16:00:10\.000 \(Europe/Berlin, UTC\+01:00\)'
        Get-Text footer | Should -Match 'Europe/Berlin, UTC\+01:00'
        $choices = [ordered]@{ utc = '15:00:00\.000 . 15:00:10\.000 \(UTC\)'; elapsed = '10\.0 s from 2026-11-28T15:00:00' }
        foreach ($choice in $choices.Keys) {
            $null = Get-Value "(list => { list.value = '$choice'; list.dispatchEvent(new Event('change')); })(document.getElementById('clock'))"
            Get-Text summary | Should -Match $choices[$choice]
        }
    }

    It 'zooms and moves by keys, and shows all again' {
        Show-Small
        $range = '[view.from, view.to].map(Math.round).join()'
        Get-Value $range | Should -Be '0,10000'
        Send-Key $browser '+'
        Get-Value $range | Should -Be '1667,8333'
        Send-Key $browser ArrowRight
        Get-Value $range | Should -Be '2333,9000'
        Send-Key $browser ArrowLeft
        Send-Key $browser '-'
        Get-Value $range | Should -Be '0,10000'
        $null = Get-Value 'zoom(1e5)'
        Send-Key $browser '+'
        Get-Value 'view.to - view.from' | Should -BeGreaterThan 0.09
        Get-Value 'ticksOf(view.from, view.to, size.plot, text => text.length * 7).length' | Should -BeGreaterThan 1
        Send-Key $browser '0'
        Get-Value $range | Should -Be '0,10000'
        # What the lanes show has changed with it: the failed task was at this pixel.
        $x = Get-Value 'xOf(500)'
        Send-Key $browser '+'
        Get-Value "timeAt($x)" | Should -BeGreaterThan 1500
    }

    It 'goes from task to task by keys' {
        Show-Small
        $null = Get-Value 'scroller.focus()'
        Send-Key $browser ArrowRight -Modifiers 8
        Get-Text tip | Should -Match 'item 0'
        Send-Key $browser ArrowRight -Modifiers 8
        Get-Text tip | Should -Match 'item 2'
        Send-Key $browser ArrowDown -Modifiers 8
        Get-Text tip | Should -Match 'item 3'
        Send-Key $browser Escape
        Get-Value 'tip.hidden && view.selected === -1' | Should -BeTrue
    }

    It 'zooms by the wheel at the pointer, moves by a drag, and by the overview' {
        Show-Small
        $x, $y = Get-Place 0 2500
        $under = Get-Value "timeAt($x - canvas.getBoundingClientRect().left)"
        Move-Pointer $browser $x $y mouseWheel @{ deltaX = 0; deltaY = -300; modifiers = 2 }
        Get-Value 'view.to - view.from' | Should -BeLessThan 5000
        $time = "timeAt($x - canvas.getBoundingClientRect().left)"
        Get-Value "Math.abs($time - $under)" | Should -BeLessThan 1
        $before = Get-Value 'view.from'
        $button = @{ button = 'left'; buttons = 1; clickCount = 1 }
        Move-Pointer $browser $x $y mousePressed $button
        Move-Pointer $browser ($x - 100) $y mouseMoved $button
        Move-Pointer $browser ($x - 100) $y mouseReleased $button
        Get-Value 'view.from' | Should -BeGreaterThan $before
        Get-Value "Math.abs(timeAt($x - 100 - canvas.getBoundingClientRect().left) - $under)" | Should -BeLessThan 1
        $left, $right, $top = Get-Value (
            '(box => [0.5, 1].map(share => box.left + size.label + size.plot * share).concat(box.top + 30))(overview.getBoundingClientRect())')
        Move-Pointer $browser $left $top mousePressed $button
        Move-Pointer $browser $right $top mouseMoved $button
        Move-Pointer $browser $right $top mouseReleased $button
        Get-Value '[view.from, view.to].map(Math.round).join()' | Should -Be '5000,10000'
    }

    It 'shows a task of the tables in the lanes, and finds inputs' {
        Show-Small
        $null = Get-Value 'document.querySelector("#slowest button").click()'
        Wait-Frame $browser
        Get-Value 'tasks.index[view.selected]' | Should -Be 4
        Get-Value 'view.from > 0 || view.to < whole || tasks.duration[view.selected] > whole / 3' | Should -BeTrue
        $null = Get-Value '(box => { box.value = "ITEM 2"; box.dispatchEvent(new Event("input")); show(0, whole); })(document.getElementById("find"))'
        Wait-Frame $browser
        Get-Text found | Should -Be '1 found'
        Get-Pixel 0 1500 | Should -Be (Get-Colour Done)
        Get-Pixel 0 500 | Should -Be (Get-Colour dim)
    }

    It 'fits a window that is <_> pixels wide' -ForEach 320, 600, 2400 {
        Show-Small -Width $_
        Get-Value 'document.documentElement.scrollWidth <= innerWidth' | Should -BeTrue
        Get-Value 'size.plot > size.width / 2' | Should -BeTrue
    }

    It 'joins workers that took each other''s place in one lane' {
        $records = foreach ($i in 0..19) {
            [pscustomobject]@{ Index = $i; Status = 'Done'; ProcessId = 30 + $i; Started = $start.AddSeconds($i - $i % 2); Duration = '0:0:1' }
        }
        $records | Export-ProcTimeline "$TestDrive/replaced.html"
        Show-Page $browser "$TestDrive/replaced.html"
        Get-Value 'lanes.length' | Should -Be 2
        $null = Get-Value 'document.getElementById("join").click()'
        Get-Value 'lanes.length' | Should -Be 20
    }

    It 'counts an item that a second attempt did as done' {
        $records = foreach ($attempt in 1, 2) {
            [pscustomobject]@{
                Index = 0; InputObject = 'once more'; Status = $attempt -eq 1 ? 'Lost' : 'Done'; Attempts = $attempt; ProcessId = 40 + $attempt
                Started = $start.AddSeconds($attempt); Duration = [timespan]::FromSeconds(1)
            }
        }
        $records | Export-ProcTimeline "$TestDrive/retried.html"
        Show-Page $browser "$TestDrive/retried.html"
        Get-Text summary | Should -Match '^1 item . 2 attempts . 2 workers'
        Get-Text figures | Should -Match '(?s)Not done\s+0\s+all Done'
        Get-Value 'document.getElementById("failed-section").hidden' | Should -BeTrue
    }

    It 'says that nothing ran' {
        Export-ProcTimeline "$TestDrive/empty.html" -InputObject @()
        Show-Page $browser "$TestDrive/empty.html"
        Get-Value 'document.querySelector("main").innerText' | Should -Match 'Nothing ran'
        $browser.Events | Where-Object method -EQ Runtime.exceptionThrown | Should -BeNullOrEmpty
    }

    It 'stays fluid with 100,000 tasks: a frame draws what has room on the screen' {
        Show-Page $browser "$TestDrive/large.html"
        Get-Value 'tasks.count' | Should -Be 100000
        Get-Value 'document.querySelectorAll("*").length' | Should -BeLessThan 2000
        # Each step is drawn, from everything to a few tasks; so are its rectangles counted.
        $frames = Get-Value @'
            (async () => {
                const frames = [];
                for (let step = 0; step < 50; step++) {
                    zoom(step % 2 ? 1.7 : 1.2, 100000);
                    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                    frames.push({ ...frame, span: view.to - view.from });
                }
                return frames;
            })()
'@
        $frames.Count | Should -Be 50
        ($frames.number | Sort-Object -Unique).Count | Should -Be 50
        $frames[-1].span | Should -BeLessThan 10
        $most = Get-Value 'lanes.length * size.plot'
        ($frames.rectangles | Measure-Object -Maximum).Maximum | Should -BeLessThan $most
        ($frames.rectangles | Measure-Object -Minimum).Minimum | Should -BeGreaterThan 8
        # What is not shown is not even looked at.
        $frames[-1].visited | Should -BeLessThan 20
        # And one failed task among hundreds in a pixel can be seen.
        Send-Key $browser '0'
        $column = 'canvas.getContext("2d").getImageData(Math.round(xOf(12.5 * 250 * 50)) - 1, yOf(0), 3, LANE).data'
        $bytes = @(Get-Value "[...$column]")
        $pixels = for ($i = 0; $i -lt $bytes.Count; $i += 4) { $bytes[$i..($i + 2)] -join ' ' }
        @($pixels -eq (Get-Colour Failed)).Count | Should -BeGreaterThan 8
    }
}

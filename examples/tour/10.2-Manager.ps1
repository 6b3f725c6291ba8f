<#
.SYNOPSIS
A manager server with all its types, for processes that aren't each other's children.

.DESCRIPTION
The manager serves from a process of its own. Any process that knows its address and its key can connect, and find the objects by their
names. Here a child stands for another session; it is given nothing but these two.

.EXAMPLE
./10.2-Manager.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$manager = Start-ProcManager
$on = @{ Manager = $manager }

$dictionary = New-ProcDictionary @{ count = 1 } -Name dictionary @on
$list = New-ProcList 1, 2 -Name list @on
$value = New-ProcValue 10 -Name value @on
$array = New-ProcArray double 3 -Name array @on
$queue = New-ProcQueue -Name queue @on
$lock = New-ProcLock -Name lock @on
$recursive = New-ProcLock -Recursive -Name recursive @on
$semaphore = New-ProcSemaphore 3 -Name semaphore @on
$bounded = New-ProcSemaphore 3 -Bounded -Name bounded @on
$event = New-ProcEvent -Name event @on
$condition = New-ProcCondition -Name condition @on
$barrier = New-ProcBarrier 2 -Name barrier @on

$other = Start-ChildProcess -ArgumentList $manager.Address, $manager.GetAuthKey() {
    param($Address, $Key)
    $on = @{ Manager = Connect-ProcManager $Address $Key }
    $dictionary = New-ProcDictionary -Name dictionary @on
    $condition = New-ProcCondition -Name condition @on
    $recursive = New-ProcLock -Recursive -Name recursive @on

    Use-ProcLock (New-ProcLock -Name lock @on) { $dictionary.count += 1 }
    $dictionary.color = 'green'    # A dictionary is a Namespace, too.
    $null = (New-ProcList -Name list @on).Add(3)
    $null = (New-ProcValue -Name value @on).Increment(5)
    (New-ProcArray double 3 -Name array @on)[1] = 0.5
    Send-ProcQueue (New-ProcQueue -Name queue @on) 'a message'
    Use-ProcLock $recursive { Use-ProcLock $recursive { 'RLock: entered twice' } }
    Exit-ProcLock (New-ProcSemaphore 3 -Name semaphore @on)
    try {
        Exit-ProcLock (New-ProcSemaphore 3 -Bounded -Name bounded @on)
    } catch {
        "BoundedSemaphore: $(($_.FullyQualifiedErrorId -split ',')[0])"
    }

    Set-ProcEvent (New-ProcEvent -Name event @on)
    Use-ProcLock $condition { $dictionary.ready = $true; Send-ProcCondition $condition -All }
    $null = Wait-ProcBarrier (New-ProcBarrier 2 -Name barrier @on)
}

Wait-ProcEvent $event
Use-ProcLock $condition { Wait-ProcCondition $condition -Until { $dictionary.ready } }
$null = Wait-ProcBarrier $barrier
'Event, Condition, Barrier: the other is here'
"dict, Namespace: count is $($dictionary.count), color is $($dictionary.color)"
"list: $($list.ToArray())"
"Value: $($value.Value)"
"Array: $($array.ToArray())"
"Queue: $(Receive-ProcQueue $queue)"
"Lock: held is $($lock.IsHeld); RLock: recursive is $($recursive.IsRecursive)"
"Semaphore: $($semaphore.CurrentCount) of 3 places, as one more was given; BoundedSemaphore: $($bounded.CurrentCount) of 3"
$other | Receive-ChildProcess -Wait -AutoRemoveJob

"The manager has: $(($(Get-ProcObject @on).Name | Sort-Object) -join ', ')"
Stop-ProcManager $manager

using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>What the creator of an end gives with it. The number is a byte on the wire.</summary>
internal enum PipeOrigin : byte
{
    /// <summary>The first end of a new pipe.</summary>
    Pair = 0,

    /// <summary>The other end of one that is here.</summary>
    Other = 1,

    /// <summary>A connection that was made elsewhere.</summary>
    Adopted = 2,
}

/// <summary>Which way an end works. The number is a byte on the wire.</summary>
[Flags]
internal enum PipeWays : byte
{
    None = 0,
    Send = 1,
    Receive = 2,
    Both = Send | Receive,
}

/// <summary>
/// The hub's side of an end of a pipe: has the socket until a process first uses the end, and knows then who that is. From
/// there on the two ends talk to each other alone, and the system tells the one when the other is gone.
/// </summary>
internal sealed class PipeObject : HubObject
{
    private readonly long _maker;
    private readonly PipeWays _ways;
    private readonly UnreadMentions _unread;
    private ParkedSocket? _end;
    private ParkedSocket? _other;
    private PipeWays _otherWays;
    private HubClient? _user;
    private string _closed = string.Empty;
    private PipeObject? _peer;

    // Who has closed its copy of an end that it didn't use, and how many copies there are besides, in use or on their way.
    private readonly HashSet<long> _left = [];
    private int _copies = 1;

    internal PipeObject(Hub.Hub hub, HubObjectIdentity identity, ref PayloadReader from)
        : base(hub, identity)
    {
        _unread = new UnreadMentions(hub);
        _maker = from.Int64();
        var origin = (PipeOrigin)from.Byte();
        switch (origin)
        {
            case PipeOrigin.Pair:
                _ways = (PipeWays)from.Byte() & PipeWays.Both;
                _otherWays = _ways == PipeWays.Both ? PipeWays.Both : PipeWays.Both & ~_ways;
                (_end, _other) = ParkedSocket.CreatePair();
                break;
            case PipeOrigin.Other:
                var first = hub.Find(from.Int64()) as PipeObject;
                _end = first?._other ?? throw new HubFaultException(HubFault.InvalidArgument, "There is no pipe with an end to be had.");
                _ways = first._otherWays;
                first._other = null;
                (_peer, first._peer) = (first, this);
                break;
            case PipeOrigin.Adopted:
                _ways = PipeWays.Both;
                _end = from.Socket();
                break;
            default:
                throw new HubFaultException(HubFault.InvalidArgument, $"There is no way {(byte)origin} to make a pipe.");
        }
    }

    internal override string Owner => _user is null ? string.Empty : $"the process {_user}";

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Place:
                Place(call);
                break;
            case HubOperation.Leave:
                Leave(call.Client, arguments.Int32());
                Done(call);
                break;
            case HubOperation.Mention:
                RefuseOthers(call);
                Answer(call, _peer is { } receiver && receiver._unread.Hold(ref arguments));
                break;
            case HubOperation.Unmention:
                RefuseOthers(call);
                (arguments.Flag() ? _peer?._unread : _unread)?.Release(ref arguments);
                Done(call);
                break;
            case HubOperation.CloseUnused:
                if (_end is not null && Hub.IsOnlyHeldBy(Id, _maker) && (_left.Count == 0 || _left.Contains(_maker)))
                {
                    Close("the process that it was given to ended, and had not begun to use it");
                }

                Done(call);
                break;
            default:
                throw Unknown(operation);
        }
    }

    /// <summary>An end is closed when the process that uses it is gone. So is an unused end that was given to this process, where only its maker has it besides.</summary>
    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        var given = client.Id != _maker && client.References[Id] > 0 && (!_left.Contains(client.Id) || _left.Contains(_maker));
        if (_user == client || (given && _end is not null && Hub.IsOnlyHeldBy(Id, _maker, client)))
        {
            Close($"it belonged to {death}");
        }
    }

    internal override void OnRemoved()
    {
        _unread.Close();
        _end?.Dispose();
        _other?.Dispose();
    }

    internal override void WriteState(PayloadWriter answer) =>
        answer.Byte((byte)_ways).Flag(_closed.Length > 0).Int32(_user?.ProcessId ?? 0);

    private void Place(HubCall call)
    {
        RefuseOthers(call);
        call.RefuseWhereNoSocketGoes();
        var end = _end ?? throw new HubFaultException(HubFault.PipeClosed, $"This end of the pipe is closed: {(_closed.Length > 0 ? _closed : "the process that asks had it and let go of it")}.");
        _end = null;
        _user = call.Client;
        Hub.Reply(call).Byte((byte)_ways).Socket(end, call.Client.ProcessId);
        Hub.Answer(call);
    }

    /// <summary>
    /// A process closes its copy: the end closes with its user, or with the last copy where it has none. So a process that is
    /// given both ends and keeps one takes nothing from the others, whoever is quicker.
    /// </summary>
    private void Leave(HubClient client, int sent)
    {
        if (_user == client)
        {
            Close("it was closed");
        }
        else if (_left.Add(client.Id))
        {
            _copies += sent - 1;
            if (_user is null && _copies <= 0 && _left.Contains(_maker))
            {
                Close("it was closed");
            }
        }
    }

    private void RefuseOthers(HubCall call)
    {
        if (_user is not null && _user != call.Client)
        {
            throw new HubFaultException(
                HubFault.InUse, $"This end of the pipe belongs to the process {_user}, which was the first to use it. Use the other end, or make a pipe for each.");
        }
    }

    private void Close(string why)
    {
        _closed = why;
        _user = null;
        _end?.Dispose();
        _end = null;
        _unread.Close();
    }
}

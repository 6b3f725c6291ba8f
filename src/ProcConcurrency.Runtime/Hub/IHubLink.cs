using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A process below this one, as the hub's messages reach it.</summary>
internal interface IHubLink : IMessageSender
{
    /// <summary>The number that its parent gave it.</summary>
    long ClientId { get; }

    /// <summary>Its process id.</summary>
    int ProcessId { get; }

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Whether a descriptor can go with what is sent to it: to all children, where the system has such.</summary>
    bool CarriesDescriptors => !OperatingSystem.IsWindows();
}

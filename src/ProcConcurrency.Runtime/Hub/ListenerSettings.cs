using System.Security.Cryptography.X509Certificates;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Where a listener listens, and for whom.</summary>
/// <param name="Address">See <see cref="HubAddress"/>; null for a socket in a new folder that only this user may enter.</param>
/// <param name="Key">What others prove.</param>
/// <param name="Certificate">With its private key; null where nothing is encrypted, which is for this machine alone.</param>
public sealed record ListenerSettings(string? Address, ListenerKey Key, X509Certificate2? Certificate = null);

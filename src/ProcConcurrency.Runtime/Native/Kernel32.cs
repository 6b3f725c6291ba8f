using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>The calls into Windows that .NET has no class for. Nothing is called by loading this type.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Kernel32
{
    internal const uint GenericRead = 0x80000000;
    internal const uint GenericWrite = 0x40000000;
    internal const uint FileReadAttributes = 0x80;
    internal const uint ShareReadWrite = 0x1 | 0x2;
    internal const uint OpenExisting = 3;
    internal const uint HandleInherit = 0x1;

    internal const uint CreateSuspended = 0x4;
    internal const uint CreateNewProcessGroup = 0x200;
    internal const uint CreateUnicodeEnvironment = 0x400;
    internal const uint ExtendedStartupInfoPresent = 0x80000;
    internal const uint CreateNoWindow = 0x08000000;
    internal const uint StartUseStandardHandles = 0x100;
    internal const nuint AttributeHandleList = 0x00020002;

    internal const int JobExtendedLimitInformation = 9;
    internal const uint JobLimitKillOnClose = 0x2000;
    internal const uint ControlBreak = 1;

    private const string Library = "kernel32";

    /// <summary>The last call's failure in the system's own words, without the full stop that they end with.</summary>
    internal static IOException LastError() => ShortageException.ToException(Marshal.GetLastPInvokeError());

    /// <summary>Whether a pipe has something to be read.</summary>
    internal static bool HasData(SafePipeHandle pipe)
    {
        uint available = 0;
        return PeekNamedPipe(pipe, null, 0, null, &available, null) && available > 0;
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafeFileHandle CreateFileW(
        string name, uint access, uint share, void* security, uint disposition, uint flags, nint template);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetHandleInformation(SafeHandle handle, uint mask, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CloseHandle(nint handle);

    /// <summary>Without an OVERLAPPED it cancels every call on the handle, the synchronous ones of other threads too.</summary>
    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CancelIoEx(SafePipeHandle handle, void* overlapped);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool PeekNamedPipe(SafePipeHandle pipe, void* buffer, uint size, uint* read, uint* available, uint* leftOfMessage);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool InitializeProcThreadAttributeList(void* attributes, uint count, uint flags, nuint* size);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool UpdateProcThreadAttribute(
        void* attributes, uint flags, nuint attribute, void* value, nuint size, void* previousValue, void* returnSize);

    [LibraryImport(Library)]
    internal static partial void DeleteProcThreadAttributeList(void* attributes);

    /// <summary>The command line must be in memory that the call may write to.</summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreateProcessW(
        string fileName,
        char* commandLine,
        void* processSecurity,
        void* threadSecurity,
        [MarshalAs(UnmanagedType.Bool)] bool inheritHandles,
        uint flags,
        char* environment,
        string workingDirectory,
        StartupInfoEx* startup,
        ProcessInformation* created);

    /// <summary>How often the thread was suspended before, or -1 on failure.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ResumeThread(SafeWaitHandle thread);

    [LibraryImport(Library)]
    internal static partial nint GetCurrentProcess();

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TerminateProcess(nint process, uint exitCode);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetExitCodeProcess(SafeWaitHandle process, out uint exitCode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint CreateJobObjectW(void* security, char* name);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetInformationJobObject(SafeHandle job, int kind, void* information, uint size);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool AssignProcessToJobObject(SafeHandle job, SafeWaitHandle process);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TerminateJobObject(SafeHandle job, uint exitCode);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GenerateConsoleCtrlEvent(uint controlEvent, int processGroup);

    /// <summary>Times in hundreds of nanoseconds, of all processors together; what is 0 is not told.</summary>
    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetSystemTimes(out long idle, nint kernel, nint user);

    /// <summary>0 where this process has no console.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial uint GetConsoleCP();

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StartupInfoEx
    {
        internal uint Size;
        internal char* Reserved;
        internal char* Desktop;
        internal char* Title;
        internal uint X;
        internal uint Y;
        internal uint Width;
        internal uint Height;
        internal uint WidthInCharacters;
        internal uint HeightInCharacters;
        internal uint FillAttribute;
        internal uint Flags;
        internal ushort ShowWindow;
        internal ushort ReservedSize;
        internal byte* ReservedBytes;
        internal nint StandardInput;
        internal nint StandardOutput;
        internal nint StandardError;
        internal void* Attributes;
    }

    /// <summary>PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessInformation
    {
        internal nint Process;
        internal nint Thread;
        internal int ProcessId;
        internal int ThreadId;
    }

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only the flags are used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct JobLimits
    {
        internal long ProcessTime;
        internal long JobTime;
        internal uint Flags;
        internal nuint SmallestWorkingSet;
        internal nuint LargestWorkingSet;
        internal uint ActiveProcesses;
        internal nuint Affinity;
        internal uint PriorityClass;
        internal uint SchedulingClass;
        internal fixed ulong InputOutputCounters[6];
        internal nuint ProcessMemory;
        internal nuint JobMemory;
        internal nuint PeakProcessMemory;
        internal nuint PeakJobMemory;
    }
}

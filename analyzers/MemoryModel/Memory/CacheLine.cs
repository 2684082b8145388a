using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MemoryModel.Memory;

/// <summary>Asks the processor to bring memory near that will be needed soon. In a machine of millions of pages nearly every table that an operation touches is in no cache, and waiting for one at a time is what an operation would spend its time on.</summary>
/// <remarks>A hint: nothing is read, and nothing depends on whether the processor follows it. Source: prefetch() and prefetchw() of linux/prefetch.h, as in the page allocator.</remarks>
internal static class CacheLine
{
    /// <summary>Asks for the line that a place is in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(ref T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref place));
    }

    /// <summary>Asks for the lines that some fields of an object are in: the one that they begin in, and the one that they end in, often the same.</summary>
    /// <param name="thing">The object.</param>
    /// <param name="first">Where in it the first field is that will be asked for.</param>
    /// <param name="last">Where the last one is; less than a line further on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void FetchObject(object thing, int first, int last)
    {
        if (!Sse.IsSupported) return;
        byte* start = *(byte**)Unsafe.AsPointer(ref thing);
        Sse.Prefetch0(start + first);
        Sse.Prefetch0(start + last);
    }
}

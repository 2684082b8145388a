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

    /// <summary>Asks for the lines that a small object is in: the one that it begins in, and the one that it ends in, often the same.</summary>
    /// <param name="thing">The object.</param>
    /// <param name="last">Where in it the last field is that will be asked for; less than a line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void FetchObject(object thing, int last)
    {
        if (!Sse.IsSupported) return;
        byte* start = *(byte**)Unsafe.AsPointer(ref thing);
        Sse.Prefetch0(start);
        Sse.Prefetch0(start + last);
    }
}

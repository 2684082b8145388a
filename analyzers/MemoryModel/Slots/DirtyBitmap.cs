using System.Numerics;
using MemoryModel.Locking;

namespace MemoryModel.Slots;

/// <summary>Which frames of a slot were written since somebody last asked. Kept by whoever writes, without a lock.</summary>
/// <remarks>Source: the dirty_bitmap of struct kvm_memory_slot. Bits count from the slot's first frame. Thread-safe.</remarks>
public sealed class DirtyBitmap
{
    private const string Marks = "marks of the dirty log";

    private const int WordBits = 64;

    private readonly ulong[] _words;
    private readonly ulong _pages;

    internal DirtyBitmap(ulong pages)
    {
        _pages = pages;
        _words = new ulong[(pages + WordBits - 1) / WordBits];
    }

    /// <summary>Number of words.</summary>
    public int Length => _words.Length;

    /// <summary>Number of frames that were written.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Was a frame written?</summary>
    /// <param name="offset">Number of the frame within the slot.</param>
    public bool IsDirty(ulong offset) => (Read((int)(offset / WordBits)) >> (int)(offset % WordBits) & 1) != 0;

    /// <summary>True once every page that could be written unnoticed has been write-protected: a log that is switched on is published first, and the request has not returned before it is armed.</summary>
    internal bool IsArmed { get; set; }

    /// <summary>Notes that a frame was written.</summary>
    internal void Set(ulong offset)
    {
        SwitchPoint.Write(this, Marks, offset / WordBits);
        ref ulong word = ref _words[offset / WordBits];
        ulong bit = 1UL << (int)(offset % WordBits);
        if ((Volatile.Read(ref word) & bit) == 0) Interlocked.Or(ref word, bit);
    }

    /// <summary>Notes that every frame was written.</summary>
    internal void SetAll()
    {
        for (ulong offset = 0; offset < _pages; offset++) Set(offset);
    }

    /// <summary>The marks of 64 frames.</summary>
    internal ulong Read(int word)
    {
        SwitchPoint.Read(this, Marks, (ulong)word);
        return Volatile.Read(ref _words[word]);
    }

    /// <summary>The marks of 64 frames, which are cleared by the same step.</summary>
    internal ulong Take(int word)
    {
        SwitchPoint.Write(this, Marks, (ulong)word);
        return Interlocked.Exchange(ref _words[word], 0);
    }

    /// <summary>Clears some marks.</summary>
    /// <returns>Those that were set.</returns>
    internal ulong Clear(int word, ulong mask)
    {
        SwitchPoint.Write(this, Marks, (ulong)word);
        return Interlocked.And(ref _words[word], ~mask) & mask;
    }
}

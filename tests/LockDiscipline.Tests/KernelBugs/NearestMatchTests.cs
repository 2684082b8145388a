namespace LockDiscipline.Tests.KernelBugs;

/// <summary>The next area taken for the one that contains the address.</summary>
public sealed class NearestMatchTests
{
    // drivers/misc/fastrpc.c: an address in a gap gives an offset below zero.
    [Fact]
    public Task OffsetIntoTheNextArea_Fastrpc() => Kernel.VerifyAsync("""
        public class Fastrpc(Mm mm)
        {
            public ulong[] Before(ulong[] addresses)
            {
                var offsets = new ulong[addresses.Length];
                for (int i = 0; i < addresses.Length; i++)
                {
                    mm.MmapLock.EnterRead();
                    var vma = mm.FindVma(addresses[i]);
                    if (vma is not null)
                        offsets[i] += addresses[i] - {|LCK4005:vma|}.Start;
                    mm.MmapLock.ExitRead();
                }
                return offsets;
            }

            public ulong[] After(ulong[] addresses)
            {
                var offsets = new ulong[addresses.Length];
                for (int i = 0; i < addresses.Length; i++)
                {
                    mm.MmapLock.EnterRead();
                    var vma = mm.VmaLookup(addresses[i]);
                    if (vma is not null)
                        offsets[i] += addresses[i] - vma.Start;
                    mm.MmapLock.ExitRead();
                }
                return offsets;
            }

            public ulong Tested(ulong address)
            {
                ulong offset = 0;
                mm.MmapLock.EnterRead();
                if (mm.FindVma(address) is { } vma && vma.Start <= address)
                    offset = address - vma.Start;
                mm.MmapLock.ExitRead();
                return offset;
            }
        }
        """);
}

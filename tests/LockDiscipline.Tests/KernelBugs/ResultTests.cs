namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Errors swallowed, overwritten, never looked at.</summary>
public sealed class ResultTests
{
    // arch/arm64/mm/pageattr.c: errors of the single pages are dropped in the loop.
    [Fact]
    public Task ErrorOfEachPageDropped_ArmPageAttributes() => Kernel.VerifyAsync("""
        public class Attributes
        {
            static Errno ChangeAlias(Page page) => Errno.Success;
            static Errno ChangeRange(Page[] pages) => Errno.Success;

            public Errno Before(Page[] pages)
            {
                foreach (var page in pages)
                    {|LCK3001:ChangeAlias|}(page);
                return ChangeRange(pages);
            }

            public Errno Kept(Page[] pages)
            {
                var error = Errno.Success;
                foreach (var page in pages)
                    {|LCK3002:error =|} ChangeAlias(page);
                return error;
            }

            public Errno After(Page[] pages)
            {
                foreach (var page in pages)
                {
                    var error = ChangeAlias(page);
                    if (error != Errno.Success)
                        return error;
                }
                return ChangeRange(pages);
            }
        }
        """);
}

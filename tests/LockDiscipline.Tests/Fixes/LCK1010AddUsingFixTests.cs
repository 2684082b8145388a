using Test = LockDiscipline.Tests.Fixes.FixTest<LockDiscipline.CodeFixes.LCK1010AddUsingFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK1010AddUsingFixTests
{
    [Fact]
    public Task Statement_RestOfBlockHeld() => Test.VerifyMembersAsync("""
            void M()
            {
                Work();
                _gate.{|LCK1010:Open|}(); // from here

                // Counts.
                _n++;
                if (Cond())
                {
                    _n--;
                }
            }

            void N()
            {
                new {|LCK1010:Scope|}(_gate);
                _n++;
            }
        """, """
            void M()
            {
                Work();
                using (_gate.Open()) // from here
                {
                    // Counts.
                    _n++;
                    if (Cond())
                    {
                        _n--;
                    }
                }
            }

            void N()
            {
                using (new Scope(_gate))
                {
                    _n++;
                }
            }
        """);

    [Fact]
    public Task Declaration_BecomesUsingDeclaration() => Test.VerifyMembersAsync("""
            void M()
            {
                // Held.
                var scope = _gate.{|LCK1010:Open|}();
                _n++;
            }
        """, """
            void M()
            {
                // Held.
                using var scope = _gate.Open();
                _n++;
            }
        """);

    [Fact]
    public Task Discard_RestOfBlockHeld() => Test.VerifyMembersAsync("""
            void M()
            {
                _ = _gate.{|LCK1010:Open|}();
                _n++;
            }
        """, """
            void M()
            {
                using (_gate.Open())
                {
                    _n++;
                }
            }
        """);

    [Fact]
    public Task NothingBehindItOrAJumpTarget_UsingDeclaration() => Test.VerifyMembersAsync("""
            void M()
            {
                Work();
                _gate.{|LCK1010:Open|}(); // to the end
            }

            IEnumerable<int> N()
            {
                _gate.{|LCK1010:Open|}();
                _n++;
                {|LCK2004:yield|} return 1;
            }
        """, """
            void M()
            {
                Work();
                using var scope = _gate.Open(); // to the end
            }

            IEnumerable<int> N()
            {
                using var scope = _gate.Open();
                _n++;
                {|LCK2004:yield|} return 1;
            }
        """);

    [Fact]
    public Task ExpressionBodyOrEmbedded_NoFix() => Test.VerifyNoneAsync("""
            void M() => _gate.{|LCK1010:Open|}();

            void N(bool b)
            {
                if (b)
                    _gate.{|LCK1010:Open|}();
                Work();
            }
        """);
}

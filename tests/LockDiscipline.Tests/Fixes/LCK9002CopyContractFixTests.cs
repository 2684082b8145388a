using Verify = LockDiscipline.Tests.CSharpCodeFixVerifier<LockDiscipline.Analyzers.Rules.LCK9002WeakerOverride, LockDiscipline.CodeFixes.LCK9002CopyContractFix>;

namespace LockDiscipline.Tests.Fixes;

public sealed class LCK9002CopyContractFixTests
{
    [Fact]
    public Task Contracts_Copied() => Verify.VerifyCodeFixAsync("""
        using System;
        using LockDiscipline;
        public abstract class Base
        {
            public readonly object Gate = new();
            public readonly object Other = new();
            [RequiresLock(nameof(Gate), Shared = true)] public abstract void Read();
            [AcquiresLock("from.Gate")]
            [MaySleep]
            public abstract void Lock(Base from);
            public abstract int Value { [RequiresLock("Gate")] get; }
            public abstract void Take([Consumes("page")] object page);
        }
        public class Derived : Base
        {
            [RequiresLock(nameof(Gate))] public override void {|LCK9002:Read|}() { }
            [Obsolete]
            [AcquiresLock("that.Other")]
            public override void {|LCK9002:Lock|}(Base that) { }
            public override int {|LCK9002:Value|} { [RequiresLock("Gate", "Other")] get => 0; }
            public override void {|LCK9002:Take|}([Consumes("slot")] object page) { }
        }
        """, """
        using System;
        using LockDiscipline;
        public abstract class Base
        {
            public readonly object Gate = new();
            public readonly object Other = new();
            [RequiresLock(nameof(Gate), Shared = true)] public abstract void Read();
            [AcquiresLock("from.Gate")]
            [MaySleep]
            public abstract void Lock(Base from);
            public abstract int Value { [RequiresLock("Gate")] get; }
            public abstract void Take([Consumes("page")] object page);
        }
        public class Derived : Base
        {
            [RequiresLock(nameof(Gate), Shared = true)] public override void Read() { }
            [Obsolete]
            [AcquiresLock("that.Gate")]
            [MaySleep]
            public override void Lock(Base that) { }
            public override int Value { [RequiresLock("Gate")] get => 0; }
            public override void Take([Consumes("page")] object page) { }
        }
        """);

    [Fact]
    public Task NothingStatedThere_NoFix() => Verify.VerifyCodeFixAsync("""
        using LockDiscipline;
        public class Base { public readonly object Gate = new(); public virtual void M() { } }
        public class Derived : Base { [RequiresLock("Gate")] public override void {|LCK9002:M|}() { } }
        """, """
        using LockDiscipline;
        public class Base { public readonly object Gate = new(); public virtual void M() { } }
        public class Derived : Base { [RequiresLock("Gate")] public override void {|LCK9002:M|}() { } }
        """);
}

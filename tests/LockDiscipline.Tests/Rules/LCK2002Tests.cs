namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2002: a lock is acquired against a declared order.</summary>
public sealed class LCK2002Tests
{
    const string Declared = """
        class C
        {
            [AcquiredBefore("_b")] readonly Gate _a = new();
            {|#9:readonly|} Gate _b = new();
            [AcquiredAfter(nameof(_b))] readonly object _c = new();
        """;

    static Task VerifyAsync(string members, params DiagnosticResult[] expected) =>
        Flows.VerifyAsync(Declared.Replace("{|#9:readonly|}", "readonly") + members + "\n}", expected);

    [Fact]
    public Task TakenAgainstTheOrder_FoundAtTheInnerAcquire() => Flows.VerifyAsync("""
        class C
        {
            [AcquiredBefore("_b")] readonly Gate {|#2:_a|} = new();
            readonly Gate _b = new();
            void M()
            {
                _b.{|#1:Enter|}();
                _a.{|#0:Enter|}();
                _a.Exit();
                _b.Exit();
            }
            void Right() { _a.Enter(); _b.Enter(); _b.Exit(); _a.Exit(); }
        }
        """, Flows.Finding("LCK2002", 0, 1, 2).WithArguments("_a", "_b", "'C._a', then 'C._b'"));

    [Fact]
    public Task Transitive_FoundWithTheWholeOrder() => VerifyAsync("""
            void M() { lock (_c) { _a.{|#0:Enter|}(); _a.Exit(); } }
            void Right() { _a.Enter(); lock (_c) { } _a.Exit(); }
        """, Flows.Finding("LCK2002", 0).WithArguments("_a", "_c", "'C._a', then 'C._b', then 'C._c'").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task RequiredAndAsserted_CountAsHeld() => VerifyAsync("""
            [RequiresLock("_b")] void Required() { _a.{|LCK2002:Enter|}(); _a.Exit(); }
            void Caller() { _b.Enter(); Required(); _b.Exit(); }
            void Asserted() { _b.AssertHeld(); _a.{|LCK2002:Enter|}(); _a.Exit(); }
        """);

    [Fact]
    public Task AssertedWithinTheOther_IsNoAcquire() => VerifyAsync("""
            void M() { _b.Enter(); _a.AssertHeld(); _b.Exit(); }
        """);

    [Fact]
    public Task TriedAgainstTheOrder_Silent_WhatIsTakenUnderItIsNot() => VerifyAsync("""
            void M() { _b.Enter(); if (_a.TryEnter()) _a.Exit(); _b.Exit(); }
            void N() { if (_b.TryEnter()) { _a.{|LCK2002:Enter|}(); _a.Exit(); _b.Exit(); } }
        """);

    [Fact]
    public Task ThroughCalls_FoundAtTheCall() => VerifyAsync("""
            void TakeA() { _a.Enter(); _a.Exit(); }
            void Deeper() { if (Environment.TickCount > 0) TakeA(); }
            public void M() { _b.Enter(); {|LCK2002:Deeper|}(); _b.Exit(); }
            public void Right() { Deeper(); _b.Enter(); _b.Exit(); }
        """);

    [Fact]
    public Task HeldAgain_IsNoAcquire() => Flows.VerifyAsync("""
        class C
        {
            [AcquiredBefore("_b")] readonly object _a = new();
            readonly object _b = new();
            void M() { lock (_a) lock (_b) lock (_a) { } }
        }
        """);

    [Fact]
    public Task OfAnotherType_ByAnyInstance() => Flows.VerifyAsync("""
        class Mm { public readonly Shared MmapLock = new(); }
        class Kvm
        {
            public readonly Mm Mm = new();
            [AcquiredAfter("Mm.MmapLock")] public readonly Spin MmuLock = new();
        }
        static class Users
        {
            static void Wrong(Kvm kvm)
            {
                var lockOfKvm = kvm.MmuLock;
                lockOfKvm.Enter();
                kvm.Mm.MmapLock.{|LCK2001:{|LCK2002:EnterRead|}|}();
                kvm.Mm.MmapLock.ExitRead();
                lockOfKvm.Exit();
            }
            static void WrongToo(Kvm kvm, Mm mm)
            {
                kvm.MmuLock.Enter();
                mm.MmapLock.{|LCK2001:{|LCK2002:EnterWrite|}|}();
                mm.MmapLock.ExitWrite();
                kvm.MmuLock.Exit();
            }
            static void Right(Kvm kvm)
            {
                kvm.Mm.MmapLock.EnterRead();
                kvm.MmuLock.Enter();
                kvm.MmuLock.Exit();
                kvm.Mm.MmapLock.ExitRead();
            }
        }
        """);

    [Fact]
    public Task ViolationIsNoCycleToo() => VerifyAsync("""
            void M() { _b.Enter(); _a.{|LCK2002:Enter|}(); _a.Exit(); _b.Exit(); }
            void Right() { _a.Enter(); _b.Enter(); _b.Exit(); _a.Exit(); }
        """);

    [Fact]
    public Task StatedByTheOtherType_Found() => Flows.VerifyAsync("""
        static class Registry { public static readonly object Gate = new(); }
        class Entry
        {
            [AcquiredBefore("Registry.Gate")] readonly object _gate = new();
            void Wrong() { lock (Registry.Gate) lock ({|LCK2002:_gate|}) { } }
            void Right() { lock (_gate) lock (Registry.Gate) { } }
        }
        """);

    [Fact]
    public Task ReadersAndProperties_AreOrderedAsWell() => Flows.VerifyAsync("""
        class C
        {
            public object Outer { get; } = new();
            [AcquiredAfter("Outer")] public ReaderWriterLockSlim Inner { get; } = new();
            void Wrong() { Inner.EnterReadLock(); lock ({|LCK2002:Outer|}) { } Inner.ExitReadLock(); }
            void Right() { lock (Outer) { Inner.EnterReadLock(); Inner.ExitReadLock(); } }
        }
        """);

    [Fact]
    public Task SeveralHeld_OneFindingForOneAcquire() => VerifyAsync("""
            void M() { _b.Enter(); lock (_c) { _a.{|LCK2002:Enter|}(); _a.Exit(); } _b.Exit(); }
        """);
}

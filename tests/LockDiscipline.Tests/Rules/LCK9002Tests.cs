using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.LCK9002WeakerOverride>;

namespace LockDiscipline.Tests.Rules;

/// <summary>LCK9002: an override that asks more of callers, or promises them less, than what they call it through.</summary>
public sealed class LCK9002Tests
{
    static Task VerifyAsync(string source) => VerifyCS.VerifyAnalyzerAsync("""
        using System;
        using System.Collections.Generic;
        using LockDiscipline;

        """ + source + """

        [Lock("gate")] public class Gate { [AcquiresLock] public void Enter() { } [ReleasesLock] public void Exit() { } [TryAcquiresLock] public bool Try() => true; }
        """);

    [Fact]
    public Task OverrideRequiresMore_Found() => VerifyAsync("""
        public abstract class Base
        {
            public readonly Gate Gate = new();
            public readonly Gate Other = new();
            public virtual void Plain() { }
            [RequiresLock("Gate", Shared = true)] public virtual void Reader() { }
            [RequiresLock("Gate")] public abstract void Writer();
            [AcquiresLock("Gate")] public virtual void Lock() { }
        }
        public class Derived : Base
        {
            [RequiresLock("Gate")] public override void {|LCK9002:Plain|}() { }
            [RequiresLock("Gate")] public override void {|LCK9002:Reader|}() { }
            [RequiresLock("Gate", "Other")] public override void {|LCK9002:Writer|}() { }
            [AcquiresLock("Gate"), ExcludesLock("Other")] public override void {|LCK9002:Lock|}() { }
        }
        """);

    [Fact]
    public Task OverridePromisesLess_Found() => VerifyAsync("""
        public abstract class Base
        {
            public readonly Gate Gate = new();
            public readonly Gate Other = new();
            [AcquiresLock("Gate")] public virtual void Lock() { }
            [AcquiresLock("Gate")] public virtual void LockShared() { }
            [ReleasesLock("Gate")] public virtual void Unlock() { }
            [TryAcquiresLock("Gate")] public virtual bool Try() => true;
            [AssertsLock("Gate")] public virtual void Assert() { }
            [TestsLock("Gate")] public virtual bool Test() => true;
            [RequiresLock("Gate")] public virtual void Work() { }
            [NoSleep] public virtual void Quick() { }
        }
        public class Derived : Base
        {
            [AcquiresLock("Other")] public override void {|LCK9002:Lock|}() { }
            [AcquiresLock("Gate", Shared = true)] public override void {|LCK9002:LockShared|}() { }
            [RequiresLock("Gate")] public override void {|LCK9002:Unlock|}() { }
            [TryAcquiresLock("Gate", Result = false)] public override bool {|LCK9002:Try|}() => true;
            [AssertsLock("Other")] public override void {|LCK9002:Assert|}() { }
            [TestsLock("Other")] public override bool {|LCK9002:Test|}() => true;
            [RequiresLock("Gate"), ReleasesTemporarily("Gate")] public override void {|LCK9002:Work|}() { }
            [MaySleep] public override void {|LCK9002:Quick|}() { }
        }
        """);

    [Fact]
    public Task WhatFits_Silent() => VerifyAsync("""
        public abstract class Base
        {
            public readonly Gate Gate = new();
            public abstract Gate Own { get; }
            [RequiresLock("Gate")] public virtual void Same() { }
            [RequiresLock("Gate")] public virtual void Less() { }
            [RequiresLock("Gate"), NoSleep, MustCheck] public virtual int Part() => 0;
            [RequiresLock("Own")] public virtual void ByProperty() { }
            [RequiresLock("Gate")] public virtual void Inherits() { }
            [AcquiresLock("other.Gate")] public virtual void Renamed(Base other) { }
            [MaySleep] public virtual void Slow() { }
            [TryAcquiresLock("Gate")] public virtual bool Try() => true;
            [RequiresLock("Gate")] public virtual void Asserted() { }
            public virtual int Unstated() => 0;
        }
        public class Derived : Base
        {
            readonly Gate _own = new();
            public sealed override Gate Own => _own;
            [RequiresLock(nameof(Gate))] public override void Same() { }
            [RequiresLock("Gate", Shared = true)] public override void Less() { }
            [RequiresLock("Gate")] public override int Part() => 0;
            [RequiresLock("Own")] public override void ByProperty() { }
            public override void Inherits() { }
            [AcquiresLock("that.Gate")] public override void Renamed(Base that) { }
            [NoSleep] public override void Slow() { }
            [TryAcquiresLock("Gate")] public override bool Try() => true;
            [AssertsLock("Gate")] public override void Asserted() { }
            [NoLockAnalysis("a reason")] public override int Unstated() => 0;
            [RequiresLock("Gate")] public new void ToString() { }
            [RequiresLock("Gate")] public void Same(int overload) { }
        }
        """);

    [Fact]
    public Task Interfaces_ImplicitExplicitAndDefault_Found() => VerifyAsync("""
        public interface IStore
        {
            Gate Gate { get; }
            void Put();
            void Take();
            [RequiresLock("Gate")] void Sweep();
            [RequiresLock("Gate")] void Count() { }
        }
        public interface ISpecial : IStore
        {
            [RequiresLock("Gate")] void IStore.{|LCK9002:Put|}() { }
        }
        public class Store : IStore
        {
            readonly Gate _gate = new();
            readonly Gate _other = new();
            public Gate Gate => _gate;
            [RequiresLock("_gate")] public void {|LCK9002:Put|}() { }
            [RequiresLock("_gate")] void IStore.{|LCK9002:Take|}() { }
            [RequiresLock("_gate")] public void Sweep() { }
            [RequiresLock("_other")] void IStore.{|LCK9002:Count|}() { }
        }
        """);

    [Fact]
    public Task PropertiesAccessorsAndIndexers_Found() => VerifyAsync("""
        public abstract class Base
        {
            public readonly Gate Gate = new();
            public virtual int Plain { get; set; }
            public virtual int Guarded { get; set; }
            public virtual int Fits { [RequiresLock("Gate")] get; set; }
            public virtual int this[int i] { get => i; }
        }
        public class Derived : Base
        {
            public override int {|LCK9002:Plain|} { get => 0; [RequiresLock("Gate")] set { } }
            [GuardedBy("Gate")] public override int {|LCK9002:Guarded|} { get; set; }
            public override int Fits { [RequiresLock("Gate")] get => 0; set { } }
            public override int {|LCK9002:this|}[int i] { [RequiresLock("Gate")] get => i; }
        }
        """);

    [Fact]
    public Task Events_FoundAtTheirName() => VerifyAsync("""
        public interface ISource
        {
            Gate Gate { get; }
            event Action Changed;
            event Action Stopped;
            [method: RequiresLock("Gate")] event Action Locked;
        }
        public abstract class Base
        {
            public readonly Gate Gate = new();
            public virtual event Action Raised { add { } remove { } }
            public virtual event Action Same { [RequiresLock("Gate")] add { } remove { } }
        }
        public class Derived : Base, ISource
        {
            Gate ISource.Gate => Gate;
            public override event Action {|LCK9002:Raised|} { [RequiresLock("Gate")] add { } remove { } }
            public override event Action Same { [RequiresLock("Gate")] add { } remove { } }
            public event Action {|LCK9002:Changed|} { add { } [RequiresLock("Gate")] remove { } }
            event Action ISource.{|LCK9002:Stopped|} { [RequiresLock("Gate")] add { } [RequiresLock("Gate")] remove { } }
            public event Action Locked { [RequiresLock("Gate")] add { } remove { } }
        }
        """);

    [Fact]
    public Task Operators_FoundAtTheirSign() => VerifyAsync("""
        public interface IAdd<T> where T : IAdd<T>
        {
            static abstract T operator +(T a, T b);
            static abstract T operator -(T a, T b);
            static virtual bool operator !(T a) => false;
            static abstract explicit operator int(T a);
        }
        public class Number : IAdd<Number>
        {
            public readonly Gate Gate = new();
            [RequiresLock("a.Gate")] public static Number operator {|LCK9002:+|}(Number a, Number b) => a;
            public static Number operator -(Number a, Number b) => a;
            [MaySleep] public static bool operator {|LCK9002:!|}(Number a) => true;
            [RequiresLock("a.Gate")] public static explicit {|LCK9002:operator|} int(Number a) => 0;
        }
        """);

    [Fact]
    public Task MessageOfAnOperator_NamesItsSign() => VerifyCS.VerifyAnalyzerAsync("""
        using LockDiscipline;
        public interface IAdd<T> where T : IAdd<T> { static abstract T operator {|#1:+|}(T a, T b); }
        public class Number : IAdd<Number> { [MaySleep] public static Number operator {|#0:+|}(Number a, Number b) => a; }
        """, VerifyCS.Diagnostic().WithLocation(0).WithLocation(1).WithArguments("operator +", "may sleep", "IAdd.operator +"));

    [Fact]
    public Task Parameters_Found() => VerifyAsync("""
        public class Page { }
        public abstract class Pool
        {
            public abstract void Put(Page page);
            public abstract void Take([Consumes("page")] Page page);
            public abstract void Same([Consumes("page")] Page page);
            public abstract void Each(Action<Page> visit);
            [return: Owned("page")] public abstract Page Get();
            public abstract Page Peek();
        }
        public class Own : Pool
        {
            public override void {|LCK9002:Put|}([Consumes("page")] Page page) { }
            public override void {|LCK9002:Take|}([Consumes("slot")] Page page) { }
            public override void Same(Page p) { }
            public override void {|LCK9002:Each|}([NoSleep] Action<Page> visit) { }
            public override Page Get() => new();
            [return: Owned("page")] public override Page {|LCK9002:Peek|}() => new();
        }
        """);

    [Fact]
    public Task Protocols_Found() => VerifyAsync("""
        public abstract class Mmu
        {
            public abstract void Zap();
            [LeavesPending("flush")] public abstract void Clear();
            public abstract void Free();
            public abstract void Map(bool valid);
            [RequiresTest("valid")] public abstract void Unmap(bool valid);
        }
        public class Tdp : Mmu
        {
            [LeavesPending("flush")] public override void {|LCK9002:Zap|}() { }
            [LeavesPending("flush")] public override void Clear() { }
            [RequiresSettled("flush")] public override void {|LCK9002:Free|}() { }
            [RequiresTest("valid")] public override void {|LCK9002:Map|}(bool valid) { }
            [RequiresTest("valid")] public override void Unmap(bool valid) { }
        }
        """);

    [Fact]
    public Task Generics_BothWays() => VerifyAsync("""
        public abstract class Table<T>
        {
            protected readonly Gate Gate = new();
            [RequiresLock("Gate")] public abstract void Add(T item);
            public abstract void Remove(T item);
            [RequiresLock("Gate")] public abstract void Move<K>(K key);
        }
        public class Numbers : Table<int>
        {
            [RequiresLock("Gate")] public override void Add(int item) { }
            [RequiresLock("Gate")] public override void {|LCK9002:Remove|}(int item) { }
            [RequiresLock("Gate")] public override void Move<L>(L key) { }
        }
        """);

    [Fact]
    public Task FieldsOfOneName_AreTwoLocks() => VerifyAsync("""
        public class Base
        {
            readonly Gate _gate = new();
            [RequiresLock("_gate")] public virtual void M() { }
        }
        public class Derived : Base
        {
            readonly Gate _gate = new();
            [RequiresLock("_gate")] public override void {|LCK9002:M|}() { }
        }
        """);

    [Fact]
    public Task LocksScopesPartialsAndDelegates_Silent() => VerifyAsync("""
        [ScopedLock]
        public sealed class Scope : IDisposable
        {
            readonly Gate _gate;
            [AcquiresLock("gate")] public Scope(Gate gate) { _gate = gate; gate.Enter(); }
            [ReleasesLock] public void Dispose() => _gate.Exit();
        }
        public interface IPlainLock { void Enter(); void Exit(); }
        [Lock("mutex")]
        public class Mutex2 : IPlainLock
        {
            [AcquiresLock] public void Enter() { }
            [ReleasesLock] public void Exit() { }
        }
        public partial class Parts
        {
            readonly Gate _gate = new();
            [RequiresLock("_gate")] partial void M();
            partial void M() { }
            partial void N();
            [RequiresLock("_gate")] partial void N() { }
        }
        public delegate void Handler(Gate gate);
        public class Uses
        {
            Handler _handler = [RequiresLock("g")] (Gate g) => { };
            public void M() { [RequiresLock("g")] static void Local(Gate g) { } Local(null); }
        }
        public sealed class Stream2 : System.IO.MemoryStream
        {
            [MaySleep] public override void Flush() { }
        }
        """);

    [Fact]
    public Task MessageNamesBoth() => VerifyCS.VerifyAnalyzerAsync("""
        using LockDiscipline;
        public class Base { public readonly object Gate = new(); [AcquiresLock("Gate")] public virtual void {|#1:M|}() { } }
        public class Derived : Base { public readonly object Other = new(); [AcquiresLock("Other")] public override void {|#0:M|}() { } }
        """, VerifyCS.Diagnostic().WithLocation(0).WithLocation(1).WithArguments("M", "acquires 'Other'; does not acquire 'Gate'", "Base.M"));

    [Fact]
    public Task OtherResults_FoundWherePromisedLess() => VerifyAsync("""
        public class Page { }
        public abstract class Base
        {
            [Settles("flush")] public abstract bool Flush();
            [Settles("flush", WhenReturns = true)] public abstract bool TryFlush();
            public abstract bool Take([Consumes("page")] Page page);
            public abstract bool TryTake([Consumes("page", WhenReturns = true)] Page page);
        }
        public class Less : Base
        {
            [Settles("flush", WhenReturns = true)] public override bool {|LCK9002:Flush|}() => true;
            [Settles("flush", WhenReturns = false)] public override bool {|LCK9002:TryFlush|}() => true;
            public override bool {|LCK9002:Take|}([Consumes("page", WhenReturns = true)] Page page) => true;
            public override bool {|LCK9002:TryTake|}([Consumes("page")] Page page) => true;
        }
        public class Same : Base
        {
            [Settles("flush")] public override bool Flush() => true;
            [Settles("flush")] public override bool TryFlush() => true;
            public override bool Take([Consumes("page")] Page page) => true;
            public override bool TryTake([Consumes("page", WhenReturns = true)] Page page) => true;
        }
        """);
}

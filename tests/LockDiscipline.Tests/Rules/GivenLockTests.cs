using Microsoft.CodeAnalysis;

namespace LockDiscipline.Tests.Rules;

/// <summary>A lock that an object is given by its maker has another name there: what follows from taking the two for different locks is a suggestion.</summary>
public sealed class GivenLockTests
{
    const string Manager = """
        class Items
        {
            readonly Manager _owner;
            readonly object _sync;
            public Items(Manager owner, object sync) { _owner = owner; _sync = sync ?? throw new ArgumentNullException(); }
            internal void Add() { lock (_sync) _owner.{|#0:Count|}(); }
        }
        class Manager
        {
            readonly object _gate = new();
            readonly Items _items;
            int _n;
            public Manager() => _items = new Items(this, _gate);
            internal void Count() { lock (_gate) _n++; }
            public void Add() { lock (_gate) _items.Add(); }
        }
        """;

    [Fact]
    public Task CycleThroughALockOfOnesOwn_IsAWarning() =>
        Flows.VerifyAsync(Manager.Replace("_sync = sync ?? throw new ArgumentNullException();", "_sync = new object();"), Order(DiagnosticSeverity.Warning));

    [Fact]
    public Task CycleThroughAGivenLock_IsASuggestion() => Flows.VerifyAsync(Manager, Order(DiagnosticSeverity.Info));

    [Fact]
    public Task GivenLockIsReleasedForItsHolder_IsASuggestion() => Flows.VerifyAsync("""
        public class Mailbox
        {
            readonly object _sync;
            readonly object _own = new();
            readonly Queue<int> _items = new();
            public Mailbox(object sync) => _sync = sync;
            public bool Receive(int timeout)
            {
                if (timeout == 0)
                {
                    Monitor.{|#0:Exit|}(_sync);
                    Monitor.Enter(_sync);
                }
                else
                {
                    Monitor.{|#1:Wait|}(_sync, timeout);
                }
                return _items.Count > 0;
            }
            public void Own(int timeout)
            {
                Monitor.{|#2:Pulse|}(_own);
                Monitor.{|#3:Exit|}(_own);
            }
        }
        """,
        Told("LCK1005", 0, DiagnosticSeverity.Info),
        Told("LCK1002", 1, DiagnosticSeverity.Info),
        Told("LCK1002", 2, DiagnosticSeverity.Warning),
        Told("LCK1005", 3, DiagnosticSeverity.Warning));

    static DiagnosticResult Order(DiagnosticSeverity severity) => Told("LCK2003", 0, severity);

    static DiagnosticResult Told(string rule, int place, DiagnosticSeverity severity) =>
        Flows.Finding(rule, place).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations) with { Severity = severity };
}

using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks of objects of one class that know each other both ways: parents and children, neighbours in a list.</summary>
public sealed class LineageOrderBehaviours
{
    // A tree whose nodes are put together in one of several ways.
    static string Tree(string up, string down, string link = "public void Add(Node child) { child._parent = this; _children.Add(child); }") => $$"""
        public class Node
        {
            static readonly object s_tree = new();
            readonly object _l = new();
            Node? _parent;
            readonly List<Node> _children = new();
            int _n;
            {{link}}
            {{up}}
            {{down}}
        }
        """;

    const string Up = "public void Up() { lock (_l) { if (_parent != null) lock (_parent._l) _n++; } }";
    const string WrongUp = "public void Up() { lock (_l) { if (_parent != null) lock (_parent.{|LCK2003:_l|}) _n++; } }";
    const string Down = "public void Down() { lock (_l) foreach (var child in _children) lock (child._l) _n++; }";

    [Theory]
    [InlineData("public void Add(Node child) { child._parent = this; _children.Add(child); }")]
    [InlineData("public static void Link(Node over, Node under) { over._children.Add(under); under._parent = over; }")]
    [InlineData("public Node Make() { var made = new Node { _parent = this }; _children.Add(made); return made; }")]
    [InlineData("public Node() { } Node(Node parent) { _parent = parent; } public void Grow() => _children.Add(new Node(this));")]
    [InlineData("public Node() { } Node(Node parent) { this._parent = parent; parent._children.Add(this); }")]
    public Task UpAndDown_HoweverTheyGetToKnowEachOther(string link) => Flows.VerifyAsync(Tree(WrongUp, Down, link));

    [Theory]
    [InlineData(Up, "public void Down() { foreach (var child in _children) lock (child._l) _n++; }")]
    [InlineData("public void Up() { Node? parent; lock (_l) parent = _parent; if (parent != null) lock (parent._l) _n++; }", Down)]
    [InlineData("public void Up() { if (_parent is { } parent) lock (parent._l) lock (_l) _n++; }", Down)]
    [InlineData("public void Up() { lock (_l) { if (_parent != null && Monitor.TryEnter(_parent._l)) { _n++; Monitor.Exit(_parent._l); } } }", Down)]
    [InlineData("public void Up() { lock (s_tree) lock (_l) { if (_parent != null) lock (_parent._l) _n++; } }", "public void Down() { lock (s_tree) lock (_l) foreach (var child in _children) lock (child._l) _n++; }")]
    public Task OneOrder_OrAGate(string up, string down) => Flows.VerifyAsync(Tree(up, down));

    [Fact]
    public Task NothingShowsThatOneLeadsBack() => Flows.VerifyAsync(Tree(Up, Down, "public void Set(Node parent, Node child) { _parent = parent; _children.Add(child); }"));

    [Fact]
    public Task ThroughCalls_TheObjectsAreLocked() => Flows.VerifyAsync("""
        public class Node
        {
            public Node? Parent { get; private set; }
            public List<Node> Children { get; } = new();
            public void Attach(Node child) { child.Parent = this; Children.Add(child); }
            public void Changed() { lock ({|LCK1011:this|}) Parent?.{|LCK2003:Changed|}(); }
            public void Visit() { lock ({|LCK1011:this|}) { foreach (var child in Children) child.Visit(); } }
        }
        """);

    [Fact]
    public Task LeftAndRightLeadDown_UpDoesNot() => Flows.VerifyAsync("""
        public class Node
        {
            readonly object _l = new(); readonly Node? _up; Node? _left, _right; int _n;
            Node(Node? up) { _up = up; }
            public void Grow() { _left = new Node(this); var right = new Node(this); _right = right; }
            public void Left() { lock (_l) if (_left is { } node) lock (node._l) _n++; }
            public void Right() { lock (_l) if (_right is { } node) lock (node._l) _n++; }
        }
        public class Wrong
        {
            readonly object _l = new(); readonly Wrong? _up; Wrong? _left, _right; int _n;
            Wrong(Wrong? up) { _up = up; }
            public void Grow() { _left = new Wrong(this); var right = new Wrong(this); _right = right; }
            public void Right() { lock (_l) if (_right is { } node) lock (node.{|LCK2003:_l|}) _n++; }
            public void Up() { lock (_l) if (_up is { } node) lock (node._l) _n++; }
        }
        """);

    [Fact]
    public Task Neighbours_AndTheValuesOfADictionary() => Flows.VerifyAsync("""
        public class Link
        {
            readonly object _l = new(); Link? _next, _last; int _n;
            public void InsertAfter(Link other) { other._last = this; other._next = _next; if (_next != null) _next._last = other; _next = other; }
            public void Forth() { lock (_l) if (_next != null) lock (_next.{|LCK2003:_l|}) _n++; }
            public void Back() { lock (_l) if (_last != null) lock (_last._l) _n++; }
        }
        public class Folder
        {
            readonly object _l = new(); Folder? _parent; readonly Dictionary<string, Folder> _folders = new(); int _n;
            public void Add(string name, Folder folder) { folder._parent = this; _folders[name] = folder; }
            public void Up() { lock (_l) { if (_parent != null) lock (_parent.{|LCK2003:_l|}) _n++; } }
            public void Down() { lock (_l) foreach (var folder in _folders.Values) lock (folder._l) _n++; }
        }
        """);
}

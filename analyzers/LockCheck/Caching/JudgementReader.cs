using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LockCheck.Analysis;
using LockCheck.Fixes;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockCheck.Patches;
using LockCheck.Revisions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LockCheck.Caching;

/// <summary>Reads what <see cref="JudgementWriter"/> wrote. For one judgement. Throws what a reader of binary data throws where the data is of another form.</summary>
internal sealed class JudgementReader(BinaryReader reader)
{
    readonly List<object> _known = [];

    /// <summary>Reads the report of a comparison, and the patch that mends what it tells.</summary>
    public (PatchReport Report, FixPatchResult? Fix) Read(Comparison comparison, string root)
    {
        var steps = List(() => new StepReport(reader.ReadInt32(), comparison.Steps[0], List(File), List(Error)) { CompilesAgainAfter = Number() });
        var report = new PatchReport
        {
            Comparison = comparison,
            Root = root,
            Steps = [.. steps.Zip(comparison.Steps, (report, step) => report with { Step = step })],
            Findings = List(Judged),
            Weakenings = List(Weakened),
            LockOrder = List(() => new LockOrderEdge(reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadInt32())),
            Incomplete = List(() => new Incomplete(reader.ReadString(), reader.ReadString(), List(Error), List(reader.ReadString))),
            LeftOut = List(() => new LeftOut(reader.ReadString(), reader.ReadString())),
            Projects = List(reader.ReadString),
            HasSources = reader.ReadBoolean(),
            Fixes = List(() => KeyValuePair.Create(Identity(), List(Fix))).ToImmutableDictionary<FindingIdentity, ImmutableArray<ProposedFix>>(ReferenceEqualityComparer.Instance),
        };
        var fix = Optional(() => new FixPatchResult(reader.ReadBytes(reader.ReadInt32()), List(Identity).ToImmutableHashSet<FindingIdentity>(ReferenceEqualityComparer.Instance)));
        return (report, fix);
    }

    JudgedFinding Judged() => new((Verdict)reader.ReadInt32(), Identity(), Optional(Identity), (MatchedBy?)Number(), Optional(Cause), Text())
    {
        IntroducedBy = Number(),
        EndedBy = Number(),
    };

    JudgedWeakening Weakened()
    {
        var kind = (WeakeningKind)reader.ReadInt32();
        var (message, member, path, mentions) = (reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        return new(new(kind, message, member, path, reader.ReadInt32(), mentions), Optional(Cause), reader.ReadInt32());
    }

    FindingIdentity Identity() => Once(() =>
    {
        var (path, member, type, content, shape, memberText) = (reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        var line = reader.ReadInt32();
        var diagnostic = Rule();
        var (title, message, hint, project) = (reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        var (held, needed) = (Text(), Text());
        var where = Optional(Spot);
        var notes = List(() => new Note(reader.ReadString(), Spot()));
        return new FindingIdentity
        {
            Path = path,
            Member = member,
            Type = type,
            Content = content,
            Shape = shape,
            MemberText = memberText,
            Line = line,
            Project = null,
            Finding = new()
            {
                Diagnostic = diagnostic,
                Title = title,
                Message = message,
                Hint = hint,
                Project = project,
                Held = held,
                Needed = needed,
                Where = where,
                Notes = notes,
                OnlyIn = List(reader.ReadString),
            },
        };
    });

    Diagnostic Rule()
    {
        var (id, category, title, description, help) = (reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        var (severity, byDefault) = ((DiagnosticSeverity)reader.ReadInt32(), (DiagnosticSeverity)reader.ReadInt32());
        var (level, isSuppressed) = (reader.ReadInt32(), reader.ReadBoolean());
        return Diagnostic.Create(id, category, title, severity, byDefault, isEnabledByDefault: true, level, isSuppressed, title, description, help, Location.None, [], List(reader.ReadString));
    }

    Diagnostic Error()
    {
        var (id, message) = (reader.ReadString(), reader.ReadString());
        var place = reader.ReadBoolean() ? Location.Create(reader.ReadString(), default, new(Position(), Position())) : Location.None;
        return Diagnostic.Create(id, "Compiler", message, DiagnosticSeverity.Error, DiagnosticSeverity.Error, isEnabledByDefault: true, warningLevel: 0, location: place);
    }

    CodeSpot Spot() => new(reader.ReadString(), Position(), Position(), Optional(Source));

    SourceText Source() => Once(() => SourceText.From(reader.ReadString()));

    LinePosition Position() => new(reader.ReadInt32(), reader.ReadInt32());

    Cause Cause() => new(File(), Optional(Hunk), reader.ReadString(), reader.ReadBoolean() ? Line() : null, List(reader.ReadString));

    FileDiff File() => Once(() => new FileDiff(Text(), Text(), List(Hunk), reader.ReadBoolean(), reader.ReadBoolean()));

    Hunk Hunk() => Once(() => new Hunk(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadString(), List(Line)));

    DiffLine Line() => new((DiffLineKind)reader.ReadByte(), reader.ReadString(), reader.ReadInt32(), reader.ReadInt32());

    ProposedFix Fix() => new(reader.ReadString(), List(() => new FileEdit(reader.ReadString(), Source(), List(() => new TextChange(new(reader.ReadInt32(), reader.ReadInt32()), Text()!)))));

    T Once<T>(Func<T> read)
        where T : class
    {
        var number = reader.ReadInt32();
        if (number >= 0)
            return (T)_known[number];
        var item = read();
        _known.Add(item);
        return item;
    }

    ImmutableArray<T> List<T>(Func<T> read)
    {
        var items = new T[reader.ReadInt32()];
        for (var i = 0; i < items.Length; i++)
            items[i] = read();
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    T? Optional<T>(Func<T> read)
        where T : class => reader.ReadBoolean() ? read() : null;

    string? Text() => Optional(reader.ReadString);

    int? Number()
    {
        var isThere = reader.ReadBoolean();
        var number = reader.ReadInt32();
        return isThere ? number : null;
    }
}

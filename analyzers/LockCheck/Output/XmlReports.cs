using System.Globalization;
using System.Text;
using System.Xml;
using LockCheck.Judgement;
using Microsoft.CodeAnalysis;

namespace LockCheck.Output;

/// <summary>Writes a report in the form of Checkstyle, version 4.3, which many services read.</summary>
internal sealed class CheckstyleReport(PatchReport report)
{
    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output) => XmlText.Write(output, xml =>
    {
        xml.WriteStartElement("checkstyle");
        xml.WriteAttributeString("version", "4.3");
        foreach (var file in Issue.Of(report).GroupBy(i => i.Path).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            xml.WriteStartElement("file");
            xml.WriteAttributeString("name", SafeText.Escape(file.Key));
            foreach (var issue in file.OrderBy(i => i.Line).ThenBy(i => i.Column))
            {
                xml.WriteStartElement("error");
                xml.WriteAttributeString("line", FindingWriter.Number(issue.Line));
                xml.WriteAttributeString("column", FindingWriter.Number(issue.Column));
                xml.WriteAttributeString("severity", FindingWriter.Name(issue.Severity));
                xml.WriteAttributeString("message", SafeText.Escape(issue.Message));
                xml.WriteAttributeString("source", "lockcheck." + issue.Rule);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    });
}

/// <summary>Writes a report in the form of JUnit: a failed test for each problem, an error for what was not analysed, a skipped one for what is only to be known.</summary>
internal sealed class JUnitReport(PatchReport report)
{
    /// <summary>Writes the report.</summary>
    public void Write(TextWriter output) => XmlText.Write(output, xml =>
    {
        var issues = Issue.Of(report).ToList();
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", "lockcheck");
        xml.WriteAttributeString("tests", FindingWriter.Number(Math.Max(issues.Count, 1)));
        xml.WriteAttributeString("failures", FindingWriter.Number(issues.Count(i => KindOf(i) == "failure")));
        xml.WriteAttributeString("errors", FindingWriter.Number(issues.Count(i => KindOf(i) == "error")));
        xml.WriteAttributeString("skipped", FindingWriter.Number(issues.Count(i => KindOf(i) == "skipped")));
        if (issues.Count == 0)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "lockcheck");
            xml.WriteAttributeString("name", "lock discipline");
            xml.WriteEndElement();
        }
        foreach (var issue in issues)
        {
            var place = $"{SafeText.Escape(issue.Path)}:{FindingWriter.Number(issue.Line)}:{FindingWriter.Number(issue.Column)}";
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "lockcheck." + issue.Rule);
            xml.WriteAttributeString("name", place);
            xml.WriteAttributeString("file", SafeText.Escape(issue.Path));
            xml.WriteAttributeString("line", FindingWriter.Number(issue.Line));
            xml.WriteStartElement(KindOf(issue));
            xml.WriteAttributeString("message", SafeText.Escape(issue.Message));
            if (KindOf(issue) != "skipped")
            {
                xml.WriteAttributeString("type", issue.Rule);
                xml.WriteString($"{place}: {FindingWriter.Name(issue.Severity)} {issue.Rule}: {SafeText.Escape(issue.Message)}\n{SafeText.Escape(issue.Detail)}\n");
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    static string KindOf(Issue issue) => issue.Rule == Issue.NotAnalyzed ? "error" : issue.Severity >= DiagnosticSeverity.Warning ? "failure" : "skipped";
}

/// <summary>Writes XML: the same bytes on every system.</summary>
internal static class XmlText
{
    /// <summary>Writes a document, in UTF-8 by its declaration.</summary>
    public static void Write(TextWriter output, Action<XmlWriter> content)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        using (var xml = XmlWriter.Create(new StringWriter(text, CultureInfo.InvariantCulture), new() { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
            content(xml);
        output.WriteLine(text);
    }
}

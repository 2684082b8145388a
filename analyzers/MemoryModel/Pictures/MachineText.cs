using System.Text;
using MemoryModel.Memory;

namespace MemoryModel.Pictures;

/// <summary>Writes the picture of a machine as text, for a terminal.</summary>
public static class MachineText
{
    /// <summary>Most pages that are listed; of the rest only the number.</summary>
    public const int MaxPages = 32;

    /// <summary>The text. Lines end with a line feed, and fit into 80 columns as long as numbers are small.</summary>
    /// <param name="picture">The picture.</param>
    public static string Draw(MachinePicture picture)
    {
        var text = new StringBuilder();
        text.Append("process\n");
        foreach (PictureArea area in picture.Areas) text.Append($"  {area.Range} {Permissions(area.Flags)}\n");
        text.Append("memslots\n");
        foreach (PictureSlot slot in picture.Slots) text.Append($"  {slot.AddressSpace}:{slot.Id}  gfn {slot.Frames}  hva {slot.Addresses}  {slot.Flags}\n");
        string[][] rows =
        [
            ["hva", "process has", "slot", "gfn", "guest has", "cached by"],
            .. picture.Pages.Take(MaxPages).Select(static page => (string[])
            [
                page.Hva.ToString(), page.Process, $"{page.AddressSpace}:{page.Slot}", page.Gfn + (page.IsPrivate ? " private" : ""), page.Guest.Length == 0 ? "-" : page.Guest, page.Cached.Length == 0 ? "-" : page.Cached,
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        text.Append("pages\n");
        foreach (string[] row in rows) text.Append(("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))).TrimEnd()).Append('\n');
        if (picture.Pages.Count > MaxPages) text.Append($"  and {picture.Pages.Count - MaxPages} more\n");
        return text.ToString();
    }

    private static string Permissions(VmaFlags flags) =>
        $"{((flags & VmaFlags.Read) != 0 ? 'r' : '-')}{((flags & VmaFlags.Write) != 0 ? 'w' : '-')}{((flags & VmaFlags.Exec) != 0 ? 'x' : '-')}{((flags & VmaFlags.Shared) != 0 ? 's' : 'p')}";
}

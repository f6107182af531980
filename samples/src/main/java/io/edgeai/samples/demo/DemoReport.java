package io.edgeai.samples.demo;

import io.edgeai.samples.bench.Hardware;
import io.edgeai.samples.report.HtmlReport;
import io.edgeai.samples.report.Section.Tile;
import io.edgeai.samples.report.Section.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The page that tells the story: key figures first, then one section for each step. */
final class DemoReport {
    private DemoReport() {}

    static HtmlReport of(
            LearnStep.Result learned,
            ShrinkStep.Result shrunk,
            PlaceStep.Result placed,
            ServeStep.Result served,
            FederateStep.Result federated,
            double seconds) {
        Hardware hardware = Hardware.detect();
        return HtmlReport.titled(
                        "EdgeAI: from a model file to a watched answer",
                        "One process, embedded defaults, everything measured in this run.")
                .section("In short", section -> section.tiles(tiles(learned, shrunk, served, federated, seconds)))
                .section("1 · Learn", section -> LearnSection.fill(section, learned))
                .section("2 · Shrink", section -> ShrinkSection.fill(section, shrunk))
                .section("3 · Place", section -> PlaceSection.fill(section, placed))
                .section("4 · Serve and watch", section -> ServeSection.fill(section, served))
                .section("5 · Learn together", section -> FederateSection.fill(section, federated))
                .foot(String.format(
                        Locale.ROOT,
                        "%s, %d processors · %s · %s",
                        hardware.cpu(),
                        hardware.processors(),
                        hardware.os(),
                        hardware.jvm()));
    }

    private static Tile[] tiles(
            LearnStep.Result learned,
            ShrinkStep.Result shrunk,
            ServeStep.Result served,
            FederateStep.Result federated,
            double seconds) {
        var report = shrunk.small().report();
        List<Tile> tiles = new ArrayList<>();
        tiles.add(Tile.of(
                "Accuracy",
                text("%.2f %%", 100 * learned.accuracy()),
                text("on %,d held-out pictures", learned.test().size())));
        tiles.add(new Tile(
                "Size after INT8",
                text("%+.1f %%", 100 * report.sizeChange()),
                text("%,d → %,d bytes", report.bytesBefore(), report.bytesAfter()),
                report.kept() ? Verdict.GOOD : Verdict.BAD));
        if (report.latency() != null) {
            tiles.add(new Tile(
                    "Latency after INT8",
                    text("%.2f×", report.latency().speedup()),
                    "as fast as before, side by side",
                    report.latency().speedup() >= 1 ? Verdict.GOOD : Verdict.BAD));
        }
        tiles.add(new Tile(
                "Slow version taken out",
                served.caught() ? text("%d windows", served.reroutedAt() - ServeStep.FAULT_AT + 1) : "no",
                "after it became slow",
                served.caught() ? Verdict.GOOD : Verdict.BAD));
        tiles.add(new Tile(
                "Learned together",
                text("%.1f %%", 100 * federated.federated().run().accuracy()),
                text("largest shop alone: %.1f %%", 100 * federated.alone()),
                federated.federated().run().accuracy() > federated.alone() ? Verdict.GOOD : Verdict.BAD));
        tiles.add(Tile.of("This run", text("%.0f s", seconds), "from drawing digits to this page"));
        return tiles.toArray(Tile[]::new);
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

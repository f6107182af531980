package io.edgeai.samples.report;

import io.edgeai.samples.report.Section.Picture;
import io.edgeai.samples.report.Section.Tile;
import io.edgeai.samples.report.Section.Verdict;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A report with one of everything, from made-up numbers; {@code main} writes it where one can look at it. */
final class SampleReport {
    private SampleReport() {}

    public static void main(String[] args) {
        build().write(Path.of(args[0]));
    }

    static HtmlReport build() {
        return with("Report kit");
    }

    static HtmlReport with(String title) {
        Random random = new Random(1);
        return HtmlReport.titled(title, "One of everything the kit can draw, from made-up numbers.")
                .section("Key figures", s -> s.text("Tiles hold one figure each, with what it is compared with.")
                        .tiles(
                                new Tile("Accuracy", "98.4 %", "aim: at least 97 %", Verdict.GOOD),
                                new Tile("Size after INT8", "−73.8 %", "aim: −70 %", Verdict.GOOD),
                                new Tile("p99 latency", "41.2 µs", "aim: 40 µs", Verdict.BAD),
                                Tile.of("Parameters", "118,282", title))
                        .callout("The quantized model keeps 99.6 % of the original's accuracy.", Verdict.GOOD))
                .section(
                        "Lines", s -> s.chart("Latency over time with its band, a limit and two events.", lines(random))
                                .chart("A few points each.", fewPoints(title)))
                .section("Bars", s -> s.chart(
                                "Latency before and after, by percentile.",
                                BarChart.of("µs", "float", "INT8")
                                        .group("p50", 20.3, 9.4)
                                        .group("p90", 24.1, 11.2)
                                        .group("p99", 61.0, 33.5))
                        .chart(
                                "Score of each strategy.",
                                BarChart.of("expected latency, ms", "mean")
                                        .group("latency-aware", 7.1)
                                        .group("cost-efficient", 23.4)
                                        .group("energy-efficient", 18.0)
                                        .group(title, 12.5)
                                        .horizontal()))
                .section("Matrices", s -> s.chart("Which digit is taken for which.", confusion(random))
                        .chart(
                                "Turned titles, where columns are narrow.",
                                HeatMap.of(
                                                "site",
                                                "strategy",
                                                List.of(
                                                        "latency-aware",
                                                        "cost-efficient",
                                                        "memory-optimized",
                                                        "energy",
                                                        "compute",
                                                        "accuracy",
                                                        "federated-ready",
                                                        title))
                                        .row("munich-factory", 1, 0, 2, 1, 0, 3, 0, 1)
                                        .row("frankfurt-cloud", 0, 3, 1, 0, 2, 0, 1, 0)))
                .section("Points and places", s -> s.chart("Size against accuracy.", points(title))
                        .chart("Sites and links; chosen sites have a ring.", map(title)))
                .section("Time", s -> s.chart("What happened when.", timeline(title))
                        .table(
                                List.of("model", "size", "p50", "accuracy"),
                                List.of(
                                        List.of("float", "462 KiB", "20.3 µs", "98.8 %"),
                                        List.of("INT8", "121 KiB", "9.4 µs", "98.4 %"),
                                        List.of(title, "", "", ""))))
                .section("Pictures and text", s -> s.pictures(
                                "Test pictures and answers; mistakes are framed.", pictures())
                        .points(List.of("first point", title))
                        .code("edgeai inspect model.onnx\n" + title))
                .foot("Made-up numbers · " + title);
    }

    private static LineChart lines(Random random) {
        double[] x = new double[200];
        double[] y = new double[200];
        double[] low = new double[200];
        double[] high = new double[200];
        double[] other = new double[200];
        for (int i = 0; i < 200; i++) {
            x[i] = i * 0.5;
            y[i] = 20 + (i > 120 ? 14 : 0) + random.nextGaussian();
            low[i] = y[i] - 3;
            high[i] = y[i] + 4 + random.nextDouble();
            other[i] = 12 + 3 * Math.sin(i / 15.0);
        }
        return LineChart.of("seconds", "latency, µs")
                .line("float", x, y, low, high)
                .line("INT8", x, other)
                .limit(30, "alert above 30 µs")
                .mark(60, "fault injected")
                .mark(63.5, "alert")
                .fromZero();
    }

    private static LineChart fewPoints(String name) {
        return LineChart.of("round", "accuracy")
                .line("FedAvg", new double[] {1, 2, 3, 4, 5, 6}, new double[] {0.41, 0.62, 0.74, 0.81, 0.85, 0.87})
                .line(name, new double[] {1, 2, 3, 4, 5, 6}, new double[] {0.38, 0.66, 0.79, 0.84, 0.88, 0.9});
    }

    private static HeatMap confusion(Random random) {
        List<String> digits = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        HeatMap map = HeatMap.of("drawn digit", "answer", digits);
        for (int r = 0; r < 10; r++) {
            double[] row = new double[10];
            for (int c = 0; c < 10; c++) {
                row[c] = r == c ? 95 + random.nextInt(6) : random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0;
            }
            map.row(digits.get(r), row);
        }
        return map;
    }

    private static ScatterChart points(String name) {
        return ScatterChart.of("size, KiB", "accuracy, %")
                .point("float", "original", 462, 98.8)
                .point("quantized", "INT8 static", 121, 98.4)
                .point("quantized", "INT8 dynamic", 124, 98.5)
                .point("pruned", "pruned 30 %", 330, 98.1)
                .point("pruned", name, 95, 96.9);
    }

    private static SiteMap map(String name) {
        return SiteMap.create()
                .site("munich", "factory", 11.6, 48.1, true)
                .site("hamburg", "factory", 10.0, 53.6, false)
                .site("berlin", "region", 13.4, 52.5, false)
                .site("frankfurt", "cloud", 8.7, 50.1, true)
                .site(name, "gateway", 7.0, 51.4, false)
                .link("munich", "frankfurt", "9 ms")
                .link("hamburg", "berlin", "6 ms")
                .link("berlin", "frankfurt", "11 ms")
                .link(name, "frankfurt", "5 ms");
    }

    private static Timeline timeline(String name) {
        return Timeline.of("seconds")
                .span("traffic", 0, 100, "90 % version 1, 10 % version 2", 0)
                .span("fault", 60, 80, "slow disk", 1)
                .event("monitor", 63.5, "alert: latency", 1)
                .event("monitor", 82, "recovered", 2)
                .span("drift", 85, 100, "dull camera", 3)
                .event("drift detector", 91, name, 1);
    }

    private static List<Picture> pictures() {
        LabelledImages images = DrawnDigits.defaults().draw(20, 3);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            boolean wrong = i == 13;
            pictures.add(new Picture(
                    GrayPng.dataUri(images.side(), images.side(), images.bytes(i)),
                    wrong ? images.label(i) + " as 8" : String.valueOf(images.label(i)),
                    wrong));
        }
        return pictures;
    }
}

package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;

/** Charts of any numbers and any texts: the JDK's XML parser and SVG's own number syntax are the judges. */
class ChartPropertyTest {
    private static final Set<String> NUMERIC =
            Set.of("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "width", "height", "fill-opacity");
    private static final Set<String> OTHERS =
            Set.of("class", "points", "text-anchor", "transform", "viewBox", "role", "aria-label");
    private static final List<String> FOREIGN = List.of("NaN", "Infinity", "http", "url(", "9223372036854775807");
    private static final Set<String> ELEMENTS =
            Set.of("svg", "line", "rect", "circle", "path", "polygon", "text", "title");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern PATH = Pattern.compile("([ML]-?[\\d.]+ -?[\\d.]+)*");
    private static final double[] WILD = {
        0,
        -0.0,
        1,
        -1,
        1e-9,
        1e-320,
        Double.MIN_VALUE,
        1e17,
        1e300,
        -1e300,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private static double[] values(Random random, int count) {
        int kind = random.nextInt(5);
        double scale = Math.pow(10, random.nextInt(30) - 15);
        double[] values = new double[count];
        double same = random.nextGaussian() * scale;
        Arrays.setAll(values, i -> switch (kind) {
            case 0 -> WILD[random.nextInt(WILD.length)];
            case 1 -> same;
            case 2 -> -random.nextDouble() * scale;
            case 3 -> random.nextInt(4) == 0 ? Double.NaN : random.nextGaussian() * scale;
            default -> 1e9 + i;
        });
        return values;
    }

    private static String text(Random random) {
        String[] pieces = {
            "<script>alert(1)</script>", "\"", "'", "&", "]]>", "<!--", "\u0000", "\uFFFF", "\uD83D\uDE00", "\uD83D",
            "é", " ", "\n", "url(http://evil.example/x)", "</svg>", "javascript:", "name", "&amp;", "%s", "$1"
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static Chart chart(Random random, int kind, boolean hostile) {
        int count = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextInt(50);
        String name = hostile ? text(random) : "name";
        String other = hostile ? text(random) : "other";
        switch (kind) {
            case 0 -> {
                LineChart chart = LineChart.of(name, other)
                        .line(name, values(random, count), values(random, count))
                        .line(
                                other,
                                values(random, count),
                                values(random, count),
                                values(random, count),
                                values(random, count));
                for (double value : values(random, random.nextInt(3))) {
                    chart.mark(value, name).limit(value, other);
                }
                return random.nextBoolean() ? chart.fromZero() : chart;
            }
            case 1 -> {
                BarChart chart = BarChart.of(name, other, name);
                for (int i = 0; i < count; i++) {
                    chart.group(hostile ? text(random) : "g" + i, values(random, 2));
                }
                return random.nextBoolean() ? chart.horizontal() : chart;
            }
            case 2 -> {
                int columns = random.nextInt(12);
                HeatMap map = HeatMap.of(name, other, java.util.Collections.nCopies(columns, name));
                for (int i = 0; i < count % 12; i++) {
                    map.row(hostile ? text(random) : "r" + i, values(random, columns));
                }
                return map;
            }
            case 3 -> {
                ScatterChart chart = ScatterChart.of(name, other);
                double[] x = values(random, count);
                double[] y = values(random, count);
                for (int i = 0; i < count; i++) {
                    chart.point(i % 2 == 0 ? name : other, name, x[i], y[i]);
                }
                return chart;
            }
            case 4 -> {
                Timeline line = Timeline.of(name);
                double[] x = values(random, count);
                for (int i = 0; i + 1 < count; i++) {
                    if (x[i + 1] >= x[i]) {
                        line.span(hostile ? text(random) : "lane" + i % 3, x[i], x[i + 1], other, random.nextInt());
                    } else {
                        line.event(name, x[i], other, random.nextInt());
                    }
                }
                return line;
            }
            default -> {
                SiteMap map = SiteMap.create();
                double[] x = values(random, count);
                double[] y = values(random, count);
                List<String> names = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                        names.add((hostile ? text(random) : "site") + i);
                        map.site(names.get(names.size() - 1), name, x[i], y[i], random.nextBoolean());
                        map.link(names.get(0), names.get(names.size() - 1), other);
                    }
                }
                return map;
            }
        }
    }

    private static void assertSound(Document svg, String where) {
        NodeList all = svg.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            NamedNodeMap attributes = element.getAttributes();
            for (int a = 0; a < attributes.getLength(); a++) {
                String name = attributes.item(a).getNodeName();
                String value = attributes.item(a).getNodeValue();
                boolean sound = NUMERIC.contains(name)
                        ? NUMBER.matcher(value).matches() && Math.abs(Double.parseDouble(value)) < 1e5
                        : name.equals("d") ? PATH.matcher(value).matches() : OTHERS.contains(name);
                boolean foreign = !name.equals("aria-label") && FOREIGN.stream().anyMatch(value::contains);
                if (!sound || foreign) {
                    fail("%s: %s=\"%s\"", where, name, value);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4", "5"})
    void chartsOfAnyNumbersAreFiniteAndWellFormed(int kind) {
        long seed = 900L + kind;
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String svg = chart(random, kind, false).svg("any");
            assertSound(ReportTest.parse(svg), "seed " + seed + ", round " + round);
        }
    }

    /** No text becomes an element, an attribute or a reference, wherever it is put; it is all still there as text. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4", "5"})
    void chartsOfAnyTextsHaveNoOtherElements(int kind) {
        long seed = 950L + kind;
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            String label = text(random);
            Document svg = ReportTest.parse(chart(random, kind, true).svg(label));
            NodeList all = svg.getElementsByTagName("*");
            for (int i = 0; i < all.getLength(); i++) {
                if (!ELEMENTS.contains(all.item(i).getNodeName())) {
                    fail("seed %d, round %d: %s", seed, round, all.item(i).getNodeName());
                }
            }
            assertSound(svg, "seed " + seed + ", round " + round);
            String expected = label.replace('\u0000', '\uFFFD')
                    .replace('\uFFFF', '\uFFFD')
                    .replace('\n', ' ');
            expected = expected.replaceAll("\uD83D(?!\uDE00)", "\uFFFD");
            assertThat(svg.getDocumentElement().getAttribute("aria-label")).isEqualTo(expected);
        }
    }

    /** Points of a line lie where the axes say: recovered from the picture they are the data again. */
    @Test
    void picturesAreTrueToTheirData() {
        long seed = 990;
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            double[] x = random.doubles(12, -50, 50).sorted().toArray();
            double[] y = random.doubles(12, 10, 20).toArray();
            Document svg = ReportTest.parse(LineChart.of("", "").line("l", x, y).svg("l"));
            List<Element> dots = ReportTest.elements(svg, "circle");
            assertThat(dots).hasSize(12);
            for (int i = 1; i < 11; i++) {
                double share = share(dots, "cx", i);
                assertThat(share)
                        .as("seed %d, round %d", seed, round)
                        .isCloseTo((x[i] - x[0]) / (x[11] - x[0]), within(0.001));
                double slope = (coordinate(dots, "cy", i) - coordinate(dots, "cy", 0)) / (y[i] - y[0]);
                double firstSlope = (coordinate(dots, "cy", 11) - coordinate(dots, "cy", 0)) / (y[11] - y[0]);
                if (Math.abs(y[i] - y[0]) > 1 && Math.abs(y[11] - y[0]) > 1) {
                    assertThat(slope).isNegative().isCloseTo(firstSlope, within(Math.abs(firstSlope) * 0.02));
                }
            }
        }
    }

    private static double share(List<Element> dots, String name, int i) {
        double first = coordinate(dots, name, 0);
        return (coordinate(dots, name, i) - first) / (coordinate(dots, name, dots.size() - 1) - first);
    }

    private static double coordinate(List<Element> dots, String name, int i) {
        return Double.parseDouble(dots.get(i).getAttribute(name));
    }

    /** Marks are moments of their own: one after the last point is still in the picture. */
    @Test
    void epochsHaveNoTicksBetweenThem() {
        for (int epochs = 2; epochs <= 40; epochs++) {
            double[] x = IntStream.rangeClosed(1, epochs).asDoubleStream().toArray();
            String svg = LineChart.of("epoch", "loss")
                    .line("loss", x, new double[epochs])
                    .svg("loss");
            Matcher ticks = Pattern.compile("y=\"300\"[^>]*>([^<]*)<").matcher(svg);
            int found = 0;
            while (ticks.find()) {
                assertThat(ticks.group(1)).as("%d epochs", epochs).matches("\\d+");
                found++;
            }
            assertThat(found).as("%d epochs", epochs).isBetween(2, 14);
        }
    }

    @Test
    void marksOutsideTheLinesWidenTheAxis() {
        for (double at : new double[] {-30, 5, 40}) {
            Document svg = ReportTest.parse(LineChart.of("t", "v")
                    .line("l", new double[] {0, 10}, new double[] {1, 2})
                    .mark(at, "m")
                    .svg("l"));
            Element mark = ReportTest.elements(svg, "line").stream()
                    .filter(line -> line.getAttribute("class").equals("mark"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Double.parseDouble(mark.getAttribute("x1"))).isBetween(0.0, 760.0);
        }
    }

    /** Labels of one axis differ and mean their ticks, also far from zero and for tiny steps. */
    @Test
    void labelsTellTicksApartAtAnyDistance() {
        long seed = 991;
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            double low = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(24) - 8);
            double high = low + Math.abs(low) * Math.pow(10, -random.nextInt(9)) + 1e-12;
            Axis axis = Axis.covering(low, high, 6, 0, 100);
            List<Double> ticks = axis.ticks();
            Set<String> labels = new HashSet<>();
            for (double tick : ticks) {
                String label = axis.label(tick);
                double meant = Double.parseDouble(label.replace(",", ""));
                if (!labels.add(label) || Math.abs(meant - tick) > axis.step() * 0.01) {
                    fail("seed %d: %s to %s, label %s of %s", seed, low, high, label, tick);
                }
            }
        }
    }

    /** Ticks against exact arithmetic in whole multiples of the step. */
    @Test
    void ticksAreMultiplesOfTheStepAndEnclose() {
        long seed = 992;
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            double low = random.nextInt(20_001) - 10_000;
            double high = low + 1 + random.nextInt(5_000);
            int wanted = 2 + random.nextInt(10);
            Axis axis = Axis.covering(low, high, wanted, 0, 1);
            boolean encloses = axis.low() <= low + 1e-6 && axis.high() >= high - 1e-6;
            boolean tight = low - axis.low() < axis.step() && axis.high() - high < axis.step();
            if (!encloses || !tight) {
                assertThat(axis).as("seed %d: %s to %s", seed, low, high).isNull();
            }
            for (double tick : axis.ticks()) {
                double multiple = tick / axis.step();
                if (Math.abs(multiple - Math.rint(multiple)) > 1e-6) {
                    assertThat(multiple)
                            .as("seed %d: %s to %s", seed, low, high)
                            .isEqualTo(Math.rint(multiple));
                }
            }
            assertThat(axis.ticks().size()).isBetween(2, 2 * wanted + 3);
        }
    }

    /** A number for people is within one half of its last shown digit, and shows at least two that count. */
    @Test
    void numbersForPeopleAreNearTheirValue() {
        long seed = 993;
        Random random = new Random(seed);
        Pattern plain = Pattern.compile("-?\\d{1,3}(,\\d{3})*(\\.\\d*[1-9])?|-?\\d\\.\\d\\de[-+]\\d+");
        for (int round = 0; round < 20_000; round++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            String text = Markup.number(value);
            Matcher matcher = plain.matcher(text);
            if (!matcher.matches()) {
                assertThat(text).as("seed %d: %s", seed, value).matches(plain);
            }
            double meant = Double.parseDouble(text.replace(",", ""));
            if (Math.abs(meant - value) > Math.abs(value) * 0.0051) {
                assertThat(meant).as("seed %d: %s", seed, text).isCloseTo(value, within(Math.abs(value) * 0.0051));
            }
        }
    }

    @Test
    void coordinatesAreRoundedToTenths() {
        Random random = new Random(994);
        for (int round = 0; round < 5_000; round++) {
            double value = (random.nextDouble() - 0.5) * 2_000;
            String text = Markup.at(value);
            assertThat(Double.parseDouble(text)).isCloseTo(value, within(0.0500001));
            assertThat(text).doesNotContain("E").doesNotEndWith(".0");
        }
    }
}

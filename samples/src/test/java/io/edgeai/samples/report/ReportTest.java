package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportTest {
    @TempDir
    Path dir;

    static Document parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            return factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml.replace("<!DOCTYPE html>", ""))));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(e.getMessage() + "\n" + xml, e);
        }
    }

    static List<Element> elements(Document document, String name) {
        NodeList list = document.getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < list.getLength(); i++) {
            found.add((Element) list.item(i));
        }
        return found;
    }

    @Test
    void theSampleReportIsOneWellFormedSelfContainedPage() throws IOException {
        Path file = dir.resolve("deep/report.html");
        SampleReport.build().write(file);
        String html = Files.readString(file, StandardCharsets.UTF_8);
        Document page = parse(html);

        assertThat(elements(page, "section")).hasSize(7);
        assertThat(elements(page, "h1")).hasSize(1);
        assertThat(elements(page, "svg")).hasSizeGreaterThanOrEqualTo(7);
        assertThat(elements(page, "script")).isEmpty();
        assertThat(elements(page, "link")).isEmpty();
        assertThat(html).doesNotContain("http://", "https://", "url(", "@import", "src=\"//");
        for (Element image : elements(page, "img")) {
            assertThat(image.getAttribute("src")).startsWith("data:image/png;base64,");
            assertThat(image.hasAttribute("alt")).isTrue();
        }
        for (Element link : elements(page, "a")) {
            assertThat(link.getAttribute("href")).startsWith("#s");
        }
        for (Element svg : elements(page, "svg")) {
            assertThat(svg.getAttribute("role")).isEqualTo("img");
            assertThat(svg.getAttribute("aria-label")).isNotBlank();
            assertThat(svg.getAttribute("viewBox")).startsWith("0 0 760 ");
        }
        assertThat(html).contains("prefers-color-scheme: dark", "@media print", "width=device-width");
    }

    @Test
    void everyAnchorHasItsSection() {
        Document page = parse(SampleReport.build().html());
        List<String> ids = elements(page, "section").stream()
                .map(s -> s.getAttribute("id"))
                .toList();

        assertThat(elements(page, "a").stream()
                        .map(a -> a.getAttribute("href").substring(1))
                        .toList())
                .isEqualTo(ids);
    }

    @Test
    void noCoordinateIsOutOfThePictureOrNoNumber() {
        Document page = parse(SampleReport.build().html());
        for (Element svg : elements(page, "svg")) {
            double height = Double.parseDouble(svg.getAttribute("viewBox").split(" ")[3]);
            NodeList all = svg.getElementsByTagName("*");
            for (int i = 0; i < all.getLength(); i++) {
                Element element = (Element) all.item(i);
                for (String name : List.of("x", "x1", "x2", "cx")) {
                    if (element.hasAttribute(name)) {
                        assertThat(Double.parseDouble(element.getAttribute(name)))
                                .isBetween(-1.0, 761.0);
                    }
                }
                for (String name : List.of("y", "y1", "y2", "cy")) {
                    if (element.hasAttribute(name)) {
                        assertThat(Double.parseDouble(element.getAttribute(name)))
                                .isBetween(-1.0, height + 1);
                    }
                }
                for (String name : List.of("width", "height", "r")) {
                    if (element.hasAttribute(name)) {
                        assertThat(Double.parseDouble(element.getAttribute(name)))
                                .isNotNegative();
                    }
                }
            }
        }
    }

    @Test
    void anyTextIsEscapedEverywhere() {
        long seed = 31;
        Random random = new Random(seed);
        String alphabet = "<>&\"'/ab\u0000\u0001\t\n\uFFFF\uD83D\uDE00é]]>--";
        for (int round = 0; round < 150; round++) {
            StringBuilder evil = new StringBuilder("<script>alert(1)</script>");
            for (int i = 0; i < 12; i++) {
                evil.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String text = evil.toString();
            Document page = parse(SampleReport.with(text).html());

            assertThat(elements(page, "script"))
                    .as("seed %d, round %d", seed, round)
                    .isEmpty();
            assertThat(elements(page, "h1").get(0).getTextContent()).startsWith("<script>alert(1)</script>");
        }
    }

    @Test
    void escapingKeepsWhatXmlCanCarry() {
        assertThat(Markup.escape("a<b>&\"'")).isEqualTo("a&lt;b&gt;&amp;&quot;&#39;");
        assertThat(Markup.escape("é \uD83D\uDE00")).isEqualTo("é \uD83D\uDE00");
        assertThat(Markup.escape("\u0000\uFFFE\uD800")).isEqualTo("\uFFFD\uFFFD\uFFFD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "-0.0|0",
                "1|1",
                "1.5|1.5",
                "12.34|12.3",
                "123.4|123",
                "1234567|1,234,567",
                "0.05|0.05",
                "0.00123|0.00123",
                "0.000001|1.00e-06",
                "-2.5|-2.5",
                "NaN|–",
                "Infinity|∞",
                "1e20|1.00e+20"
            })
    void numbersReadWell(double value, String expected) {
        assertThat(Markup.number(value)).isEqualTo(expected);
    }

    @Test
    void tilesAndTablesHaveTheirStructure() {
        HtmlReport report = HtmlReport.titled("t", "s").section("one", s -> s.tiles(
                        Section.Tile.of("a", "1", "n"), new Section.Tile("b", "2", "", Section.Verdict.BAD))
                .table(List.of("name", "n"), List.of(List.of("x", "1"), List.of("y"))));
        Document page = parse(report.html());

        assertThat(elements(page, "th")).hasSize(2);
        assertThat(elements(page, "td")).hasSize(4);
        assertThat(elements(page, "th").get(1).getAttribute("class")).isEqualTo("r");
        assertThat(elements(page, "th").get(0).getAttribute("class")).isEmpty();
        assertThat(elements(page, "nav")).isEmpty();
        assertThat(report.html()).contains("tile bad").contains("tile none");
    }

    @Test
    void emptyChartsDrawAFrame() {
        for (Chart chart : List.of(
                LineChart.of("x", "y"),
                BarChart.of("u", "a"),
                BarChart.of("u", "a").horizontal(),
                HeatMap.of("r", "c", List.of()),
                ScatterChart.of("x", "y"),
                Timeline.of("t"),
                SiteMap.create())) {
            Document svg = parse(chart.svg("nothing"));
            assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        }
    }

    @Test
    void numbersThatAreNoneLeaveGaps() {
        String svg = LineChart.of("x", "y")
                .line("a", new double[] {0, 1, 2, 3}, new double[] {1, Double.NaN, 2, 3})
                .svg("gaps");

        Element path = elements(parse(svg), "path").get(0);
        assertThat(path.getAttribute("d").chars().filter(c -> c == 'M')).hasSize(2);
        assertThat(elements(
                        parse(BarChart.of("u", "a")
                                .group("x", Double.NaN)
                                .group("y", 1)
                                .svg("b")),
                        "title"))
                .hasSize(1);
    }

    @Test
    void barsAreAsLongAsTheirValues() {
        Document svg =
                parse(BarChart.of("ms", "a").group("one", 10).group("two", 20).svg("bars"));
        List<Element> bars = elements(svg, "rect");

        double one = Double.parseDouble(bars.get(0).getAttribute("height"));
        double two = Double.parseDouble(bars.get(1).getAttribute("height"));
        assertThat(two / one).isBetween(1.99, 2.01);
        assertThat(bars.get(0).getTextContent()).isEqualTo("one: 10 ms");
    }

    @Test
    void heatIsProportionalToTheValue() {
        Document svg = parse(
                HeatMap.of("", "", List.of("a", "b", "c")).row("r", 0, 5, 10).svg("heat"));
        List<String> shades = elements(svg, "rect").stream()
                .map(rect -> rect.getAttribute("fill-opacity"))
                .filter(shade -> !shade.isEmpty())
                .toList();

        assertThat(shades).containsExactly("0.0", "0.5", "1.0");
    }

    @Test
    void mistakesOfTheCallerAreNamed() {
        assertThatThrownBy(() -> LineChart.of("x", "y").line("l", new double[2], new double[3]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(l)");
        assertThatThrownBy(() -> BarChart.of("u", "a", "b").group("g", 1)).hasMessageContaining("(g)");
        assertThatThrownBy(() -> HeatMap.of("", "", List.of("c")).row("r", 1, 2))
                .hasMessageContaining("(r)");
        assertThatThrownBy(() -> Timeline.of("t").span("l", 3, 2, "s", 0)).hasMessageContaining("(s)");
        assertThatThrownBy(() -> SiteMap.create().link("a", "b", "")).hasMessageContaining("(a)");
        assertThatThrownBy(() -> SiteMap.create().site("s", "k", Double.NaN, 0, false))
                .hasMessageContaining("(s)");
    }
}

package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever people wrote about a version is shown as what they wrote and never acts. */
class ModelCardTest {
    private static final Pattern ELEMENT = Pattern.compile("<(/?)([a-z0-9]+)[^<>]*>");

    @TempDir
    Path home;

    private EdgeModelRegistry registry;

    @BeforeEach
    void oneVersion() {
        registry = RegistryModels.open(home);
        RegistryModels.add(registry, "m", 1);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    static List<String> hostileTexts() {
        return List.of(
                "<script>alert(1)</script>",
                "</td></tr></table><img src=x onerror=alert(1)>",
                "<!-- <h1> -->",
                "&lt;b&gt; & &amp;",
                "\" onload=\"x",
                "a | b || c |",
                "\\| ends the cell \\",
                "\\\\|",
                "`code` ``|``",
                "one\ntwo\r\nthree\rfour\u2028five\u0085six",
                "| x |\n|---|\n# title",
                "[press](javascript:alert)",
                "![seen](https://tracker.invalid/a.png)",
                "😀 grün ✓");
    }

    @Test
    void whatNobodyGaveAReasonForEndsInNoColon() {
        RegistryModels.add(registry, "m", 2);
        registry.promote(ref("m", 1), "");
        registry.promote(ref("m", 2), "");
        registry.rollback("m", "");
        String page = registry.card(ref("m", 1)).html();

        assertThat(page)
                .contains("SUPERSEDED: by m@2<", "PROMOTED: rolled back from m@2<", "REGISTERED<", "name=\"viewport\"")
                .doesNotContain(": <");
        assertThat(registry.audit("m"))
                .extracting(AuditEntry::detail)
                .contains("to m@1")
                .noneMatch(detail -> detail.endsWith(": "));
    }

    private ModelCard cardOf(String text) {
        registry.annotations().tag(ref("m", 1), "remark", text);
        registry.annotations().note(ref("m", 1), text);
        registry.annotations().alias("best", ref("m", 1), text);
        return registry.card(ref("m", 1));
    }

    /** The cells of a row of GitHub's tables, in which a backslash takes the next sign's meaning away. */
    private static List<String> cells(String row) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        for (int i = 1; i < row.length(); i++) {
            char c = row.charAt(i);
            if (c == '\\' && i + 1 < row.length()) {
                cell.append(row.charAt(++i));
            } else if (c == '|') {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        assertThat(cell.toString()).as("after the last bar of " + row).isBlank();
        return cells;
    }

    private static String decoded(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void aRowOfMarkdownReadsBackAsTheTextOnOneLine(String text) {
        String markdown = cardOf(text).markdown();
        String oneLine = text.replaceAll("\\R", " ").strip();
        List<List<String>> rows = markdown.lines()
                .filter(line -> line.startsWith("| ") && !line.equals("| | |"))
                .map(ModelCardTest::cells)
                .toList();
        assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(2));
        assertThat(rows)
                .anySatisfy(row ->
                        assertThat(row).extracting(ModelCardTest::decoded).containsExactly("remark", oneLine));
        assertThat(rows)
                .filteredOn(row -> decoded(row.get(1)).endsWith(oneLine))
                .hasSize(4);
        assertThat(markdown.lines().filter(line -> line.startsWith("# "))).containsExactly("# m@1");
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void markdownHasNoLinkNoPictureAndNoElement(String text) {
        assertThat(cardOf(text).markdown())
                .doesNotContain("](")
                .doesNotContain("<")
                .doesNotContainPattern("(?<!\\\\)`");
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void theOnlyElementsOfThePageAreItsOwn(String text) {
        String html = cardOf(text).html();
        List<String> open = new ArrayList<>();
        ELEMENT.matcher(html.substring(html.indexOf('\n') + 1)).results().forEach(element -> {
            String name = element.group(2);
            assertThat(name).isIn("html", "meta", "title", "style", "main", "h1", "h2", "table", "tr", "td");
            if (!element.group(1).isEmpty()) {
                assertThat(open.remove(open.size() - 1))
                        .as("closed by " + element.group())
                        .isEqualTo(name);
            } else if (!name.equals("meta")) {
                open.add(name);
            }
        });
        assertThat(open).isEmpty();
        assertThat(decoded(html)).contains("<td>remark</td><td>" + text + "</td>");
    }

    @Test
    void anEmptySectionIsLeftOut() {
        assertThat(registry.card(ref("m", 1)).markdown())
                .contains("## Record", "## Lineage", "## History")
                .doesNotContain("## Tags", "## Where it is", "## Validation");
    }

    @Test
    void whatHappenedWithoutAReasonIsToldWithoutOne() {
        String card = registry.card(ref("m", 1)).markdown();
        assertThat(card).contains(" REGISTERED |").doesNotContain(": |").contains("| size | ");
        assertThat(card.lines().filter(line -> line.startsWith("| registered")))
                .singleElement()
                .asString()
                .matches("\\| registered \\| \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\|");
    }

    @Test
    void anotherVersionsHistoryIsNotShown() {
        RegistryModels.add(registry, "m", 2);
        registry.annotations().note(ref("m", 2), "only of the second");
        registry.promote(ref("m", 2), "a release");
        assertThat(registry.card(ref("m", 1)).html())
                .doesNotContain("only of the second")
                .doesNotContain("a release");
        assertThat(registry.card(ref("m", 2)).html()).contains("only of the second", "ACTIVE, 100 %");
    }
}

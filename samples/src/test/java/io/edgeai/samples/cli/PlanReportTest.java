package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.samples.Console;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlanReportTest {
    private static final String PROBLEM =
            """
            {"sites": [
               {"id": "near", "cpuMillis": 4000, "memoryBytes": 8000000000 %s},
               {"id": "idle", "cpuMillis": 4000, "memoryBytes": 8000000000 %s}],
             "network": {"rttMillis": {"shop": {"near": 2, "idle": 40}}},
             "workloads": [
               {"name": "faces", "ratePerSecond": 10, "latencyMillis": %s, "cpuMillis": 1000,
                "origins": [{"name": "shop" %s}],
                "variants": [{"name": "faces@1", "memoryBytes": 1000000, "macs": 1000000}]}]}
            """;

    @TempDir
    Path dir;

    private Document page(String problem, int code) throws Exception {
        Path file = Files.writeString(dir.resolve("problem.json"), problem);
        Path html = dir.resolve("plan.html");
        assertThat(Console.run("place", file, "--html", html).code()).isEqualTo(code);
        String page = Files.readString(html).replaceFirst("<!DOCTYPE html>", "");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static long lines(Document page, String kind) {
        NodeList lines = page.getElementsByTagName("line");
        long count = 0;
        for (int i = 0; i < lines.getLength(); i++) {
            count += lines.item(i)
                            .getAttributes()
                            .getNamedItem("class")
                            .getNodeValue()
                            .equals(kind)
                    ? 1
                    : 0;
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "', \"coordinates\": {\"latitude\": 52.5, \"longitude\": 13.4}', ', \"coordinates\": {\"latitude\": 48.9,"
                + " \"longitude\": 2.3}'"
    })
    void theServingSiteIsRingedAndLinkedToItsOrigin(String here, String there) throws Exception {
        Document page = page(PROBLEM.formatted(here, there, "500", here), 0);

        assertThat(page.getDocumentElement().getTextContent())
                .contains("near", "idle", "from shop", "2.00 ms", "site below half full", "site idle", "faces#0");
        assertThat(lines(page, "link")).isEqualTo(1);
    }

    @Test
    void whatFindsNoPlaceIsSaidAndHasNoLink() throws Exception {
        Document page = page(PROBLEM.formatted("", "", "1", ""), 1);

        assertThat(page.getDocumentElement().getTextContent())
                .contains("infeasible", "not placed: 1 of faces", "cheapest way out");
        assertThat(lines(page, "link")).isZero();
    }
}

package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.WorkloadType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionQueryTest {
    @TempDir
    Path home;

    private EdgeModelRegistry registry;

    @BeforeEach
    void fourVersions() {
        registry = EdgeModelRegistry.builder()
                .home(home)
                .gates(AcceptingGate.ONLY)
                .clock(Clock.fixed(Instant.parse("2026-03-01T00:00:00Z"), ZoneOffset.UTC))
                .build();
        register("cats", 10, WorkloadType.COMPUTER_VISION, "site", "north gate");
        registry.register("cats", new byte[500], r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN)
                .workload(WorkloadType.COMPUTER_VISION)
                .tag("site", "south")
                .derivedFrom(ref("cats", 1), "int8-static"));
        register("words", 90, WorkloadType.INFERENCE, "language", "de");
        register("words", 91, WorkloadType.INFERENCE, "language", "en");
        registry.promote(ref("cats", 2), "");
        registry.lifecycle().in("lab").promote(ref("words", 3 - 2), "");
        registry.annotations().alias("best", ref("cats", 1), "");
        registry.retire(ref("words", 2), "");
        registry.erase(ref("words", 2), "");
    }

    private void register(String model, int bytes, WorkloadType workload, String key, String value) {
        registry.register(model, new byte[bytes], r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN)
                .workload(workload)
                .tag(key, value));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private String found(VersionQuery query) {
        return registry.search(query).stream()
                .map(version -> version.ref().toString())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
            ''                                | cats@1 cats@2 words@1
            model:cats                        | cats@1 cats@2
            -model:cats                       | words@1
            stage:active                      | cats@2
            stage:erased                      | words@2
            -stage:active workload:computer-vision | cats@1
            tag:site                          | cats@1 cats@2
            "tag:site=north gate"             | cats@1
            tag:site="north gate"             | cats@1
            tag:site=north                    |
            alias:best                        | cats@1
            env:lab                           | words@1
            env:default                       | cats@2
            derived:int8                      | cats@2
            format:tensorrt size>89           | cats@2 words@1
            size<90                           | cats@1
            before:2026-03-01T00:00:01Z       | cats@1 cats@2 words@1
            after:2026-03-01T00:00:00Z        |
            SOUTH                             | cats@2
            bes                               | cats@1
            int8 -south                       |
            """)
    void wordsMustAllHold(String query, String expected) {
        assertThat(found(VersionQuery.parse(query == null ? "" : query))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void theTypedFormSaysTheSame() {
        assertThat(found(VersionQuery.all().model("cats").stage(Stage.ACTIVE))).isEqualTo("cats@2");
        assertThat(found(VersionQuery.all().tag("site", "south"))).isEqualTo("cats@2");
        assertThat(found(VersionQuery.all().alias("best"))).isEqualTo("cats@1");
        assertThat(found(VersionQuery.all().environment("lab"))).isEqualTo("words@1");
        assertThat(found(VersionQuery.all().format(ModelFormat.ONNX))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour:red", "stage:asleep", "size>big", "after:yesterday", "\"open", "format:fax"})
    void whatIsNoQueryIsExplained(String query) {
        assertThatThrownBy(() -> VersionQuery.parse(query))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void theLineageOfAVersionIsTheWholeTreeOfItsOriginal() {
        registry.register("small", new byte[3], r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN)
                .derivedFrom(ref("cats", 2), "pruned"));
        LineageGraph graph = registry.lineageGraph(ref("small", 1));
        assertThat(graph.root()).isEqualTo(ref("cats", 1));
        assertThat(graph.text())
                .isEqualTo("cats@1 (REGISTERED)\n  cats@2 (ACTIVE) int8-static\n    small@1 (REGISTERED) pruned\n");
        assertThat(registry.lineageGraph(ref("cats", 1))).isEqualTo(graph);
        assertThat(registry.lineageGraph(ref("words", 1)).versions()).hasSize(1);
    }

    @Test
    void aComparisonNamesExactlyWhatDiffers() {
        VersionComparison comparison = registry.compare(ref("cats", 1), ref("cats", 2));
        assertThat(comparison.differences())
                .extracting(VersionComparison.Difference::what)
                .containsExactly("stage", "bytes", "SHA-256", "derived from", "derivation", "tag site");
        assertThat(comparison.differences().get(1)).isEqualTo(new VersionComparison.Difference("bytes", "10", "500"));
        assertThat(registry.compare(ref("cats", 1), ref("cats", 1)).differences())
                .isEmpty();
    }

    @Test
    void aCardTellsTheRecordAndNeverBecomesMarkup() {
        registry.annotations().tag(ref("cats", 2), "<b>|x", "a|b\n<script>alert(1)</script> `c`");
        ModelCard card = registry.card(ref("cats", 2));
        assertThat(card.markdown())
                .startsWith("# cats@2\n\n## Record\n")
                .contains("| stage | ACTIVE |")
                .contains("| cats@1 | original |\n| cats@2 | int8-static |")
                .contains("| default | ACTIVE, 100 % |")
                .contains("VALIDATED: passed anything")
                .contains("| &lt;b&gt;\\|x | a\\|b &lt;script&gt;alert(1)&lt;/script&gt; \\`c\\` |");
        assertThat(card.html())
                .contains("<h1>cats@2</h1>")
                .contains("&lt;script&gt;")
                .doesNotContain("<script")
                .doesNotContain("<b>");
        List<String> rows =
                card.markdown().lines().filter(line -> line.startsWith("|")).toList();
        assertThat(rows)
                .allMatch(row ->
                        row.replace("\\|", "").chars().filter(c -> c == '|').count() == 3);
        assertThat(registry.card(ref("cats", 2)).markdown()).isEqualTo(card.markdown());
    }
}

package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.Aggregation;
import io.edgeai.core.text.pipeline.Entity;
import io.edgeai.core.text.pipeline.Fill;
import io.edgeai.core.text.pipeline.Label;
import io.edgeai.core.text.pipeline.TokenClassification;
import io.edgeai.core.text.pipeline.ZeroShotClassification;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders with tokenizers, asked through the builder, beside the answers that transformers' own pipelines gave. */
class RecordedPipelinesTest {
    private static final double BOUND = 2e-5;

    @TempDir
    Path home;

    private void eachAnswer(String name, BiConsumer<TextEndpoint, JsonNode> check)
            throws IOException, URISyntaxException {
        assumeTrue(
                Tokenizers.status().get("huggingface").usable(),
                () -> "native tokenizers are not usable here: " + Tokenizers.status());
        Path folder = Path.of(
                Objects.requireNonNull(getClass().getResource("/text/" + name)).toURI());
        JsonNode answers =
                new ObjectMapper().readTree(folder.resolve("answers.json").toFile());
        assertThat(answers).hasSizeGreaterThanOrEqualTo(12);
        try (EdgeAI edge = EdgeAI.builder()
                .home(home)
                .serving(serving -> serving.noDeadline())
                .build()) {
            edge.registry().promote(edge.importModel(name, folder).ref(), "recorded answers");
            try (TextEndpoint text = edge.text(name)) {
                answers.forEach(answer -> check.accept(text, answer));
            }
        }
    }

    /** Places are code points there and Java's chars here. */
    @Test
    void entities() throws IOException, URISyntaxException {
        eachAnswer("entities", (text, answer) -> {
            String given = answer.get("text").asText();
            Aggregation how =
                    Aggregation.valueOf(answer.get("aggregation").asText().toUpperCase(Locale.ROOT));
            List<Entity> found = text.with(
                    model -> new TokenClassification(model).aggregation(how).entities(given));

            assertThat(found).as("%s", answer).hasSameSizeAs(answer.get("entities"));
            for (int i = 0; i < found.size(); i++) {
                JsonNode wanted = answer.get("entities").get(i);
                int start = given.offsetByCodePoints(0, wanted.get("start").asInt());
                int end = given.offsetByCodePoints(0, wanted.get("end").asInt());
                assertThat(found.get(i).label()).isEqualTo(wanted.get("label").asText());
                assertThat(found.get(i).start()).isEqualTo(start);
                assertThat(found.get(i).end()).isEqualTo(end);
                assertThat(found.get(i).word()).isEqualTo(given.substring(start, end));
                assertThat(found.get(i).score()).isCloseTo(wanted.get("score").asDouble(), within(BOUND));
            }
        });
    }

    @Test
    void maskedWords() throws IOException, URISyntaxException {
        eachAnswer("fills", (text, answer) -> {
            List<Fill> found = text.fill(answer.get("text").asText());

            assertThat(found).hasSameSizeAs(answer.get("fills"));
            for (int i = 0; i < found.size(); i++) {
                JsonNode wanted = answer.get("fills").get(i);
                assertThat(found.get(i).token()).isEqualTo(wanted.get("token").asLong());
                assertThat(found.get(i).score()).isCloseTo(wanted.get("score").asDouble(), within(BOUND));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"hypotheses", "hypotheses-of-pairs"})
    void labelsNeverSeen(String name) throws IOException, URISyntaxException {
        eachAnswer(name, (text, answer) -> {
            List<String> labels = new ArrayList<>();
            answer.get("scores").fieldNames().forEachRemaining(labels::add);
            boolean several = answer.get("several").asBoolean();
            List<Label> found = text.with(model -> new ZeroShotClassification(model)
                    .classify(answer.get("text").asText(), labels, several));

            assertThat(found).hasSameSizeAs(labels);
            found.forEach(label -> assertThat(label.score())
                    .as("%s of %s", label, answer)
                    .isCloseTo(answer.get("scores").get(label.label()).asDouble(), within(BOUND)));
        });
    }

    /** GPT-2 reads the last token; labels of the second model do not exclude each other. */
    @ParameterizedTest
    @ValueSource(strings = {"classes", "several-classes"})
    void classes(String name) throws IOException, URISyntaxException {
        eachAnswer(name, (text, answer) -> {
            List<Label> found = text.scores(answer.get("text").asText());

            assertThat(found).hasSameSizeAs(answer.get("labels"));
            for (int i = 0; i < found.size(); i++) {
                JsonNode wanted = answer.get("labels").get(i);
                assertThat(found.get(i).label()).isEqualTo(wanted.get("label").asText());
                assertThat(found.get(i).score()).isCloseTo(wanted.get("score").asDouble(), within(BOUND));
            }
        });
    }
}

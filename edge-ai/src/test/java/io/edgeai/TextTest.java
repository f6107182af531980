package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.Label;
import io.edgeai.core.text.pipeline.TextClassification;
import io.edgeai.core.text.source.TokenizerSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a Hugging Face folder to answers for texts, through registry and endpoint. */
class TextTest {
    private static final String GOOD_BAD = "{\"0\":\"bad\",\"1\":\"good\"}";

    @TempDir
    Path home;

    private EdgeAI edge;

    @BeforeEach
    void build() {
        assumeTrue(
                Tokenizers.status().get("huggingface").usable(),
                () -> "native tokenizers are not usable here: " + Tokenizers.status());
        edge = EdgeAI.builder()
                .home(home.resolve("registry"))
                .serving(s -> s.noDeadline())
                .build();
    }

    @AfterEach
    void close() {
        if (edge != null) {
            edge.close();
        }
    }

    private ModelVersion imported(float factor, String labels) throws IOException {
        return edge.importModel("reviews", TextFolder.write(home.resolve("folder" + factor), factor, labels));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void aTextIsAnsweredByTheActiveVersion() throws IOException {
        edge.registry().promote(imported(1, GOOD_BAD).ref(), "first");
        try (TextEndpoint reviews = edge.text("reviews")) {
            Label label = reviews.classify("Great product, FINE too!");

            assertThat(label.label()).isEqualTo("good");
            assertThat(label.score()).isCloseTo(sigmoid(3), within(1e-6));
            assertThat(reviews.classify(List.of("awful", "", "great, poor")).stream()
                            .map(Label::label))
                    .containsExactly("bad", "bad", "good");
            assertThat(reviews.scores("poor")).hasSize(2);
            assertThat(reviews.endpoint().answered().values()).containsExactly(3L);
        }
    }

    @Test
    void aLongTextIsCutAtTheModelsPositions() throws IOException {
        edge.registry().promote(imported(1, GOOD_BAD).ref(), "first");
        try (TextEndpoint reviews = edge.text("reviews")) {
            // 16 positions are 14 words; the awful ones behind them are not read.
            assertThat(reviews.classify("fine ".repeat(14) + "awful ".repeat(20))
                            .score())
                    .isCloseTo(sigmoid(14), within(1e-6));
        }
    }

    @Test
    void aPromotionBringsItsOwnLabels() throws IOException {
        edge.registry().promote(imported(1, GOOD_BAD).ref(), "first");
        ModelVersion second = imported(-1, "{\"0\":\"ja\",\"1\":\"nein\"}");
        try (TextEndpoint reviews = edge.text("reviews")) {
            assertThat(reviews.classify("great").label()).isEqualTo("good");

            edge.registry().promote(second.ref(), "second");

            assertThat(reviews.classify("great").label()).isEqualTo("ja");
            assertThat(reviews.classify("awful").label()).isEqualTo("nein");
        }
    }

    /** A call that tokenized for one version and met the next is made again. */
    @Test
    void aCallThatMeetsAPromotionIsAnsweredByTheNewVersion() throws IOException {
        edge.registry().promote(imported(1, GOOD_BAD).ref(), "first");
        ModelVersion second = imported(-1, "{\"0\":\"ja\",\"1\":\"nein\"}");
        AtomicBoolean promoted = new AtomicBoolean();
        try (TextEndpoint reviews = edge.text("reviews")) {
            String label = reviews.with(model -> {
                if (promoted.compareAndSet(false, true)) {
                    edge.registry().promote(second.ref(), "in between");
                }
                return new TextClassification(model).classify("great").label();
            });

            assertThat(label).isEqualTo("ja");
        }
    }

    @Test
    void optimizingKeepsTokenizerAndLabels() throws IOException {
        ModelVersion first = imported(1, GOOD_BAD);

        ModelVersion small = edge.optimize(first).int8Dynamic().run().version();

        var before = edge.graph(first).info().metadata();
        assertThat(TokenizerSource.of(before)).isPresent();
        assertThat(edge.graph(small).info().metadata()).containsAllEntriesOf(before);
    }

    @Test
    void closingTheInstanceClosesTheTexts() throws IOException {
        edge.registry().promote(imported(1, GOOD_BAD).ref(), "first");
        TextEndpoint reviews = edge.text("reviews");
        reviews.classify("great");

        edge.close();

        assertThatThrownBy(() -> reviews.classify("great")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> edge.text("reviews")).isInstanceOf(LifecycleException.class);
        reviews.close();
    }

    @Test
    void modelsThatTakeNoTextsAreRefused() throws IOException {
        ModelVersion numbers = Fixtures.times(edge, "numbers", 2);
        edge.registry().promote(numbers.ref(), "first");
        ModelVersion first = imported(1, GOOD_BAD);
        ModelVersion second = imported(2, GOOD_BAD);
        try (TextEndpoint text = edge.text("numbers");
                TextEndpoint two = edge.text("reviews", s -> s.split(first, 1).split(second, 1))) {
            assertThatThrownBy(() -> text.classify("great"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(numbers@1) has no tokenizer")
                    .hasMessageContaining("Maybe import its Hugging Face folder again");
            assertThatThrownBy(() -> two.classify("great"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("one version's tokenizer");
        }
        assertThatThrownBy(() -> edge.text("nothing")).isInstanceOf(ModelNotFoundException.class);
    }

    /** A graph with every output: each pipeline finds its own. Only "great" has numbers, in the last column. */
    @Test
    void everyPipelineIsAtHand() throws IOException {
        ModelVersion all = edge.importModel("all", TextFolder.everyOutput(home.resolve("all")));
        edge.registry().promote(all.ref(), "first");
        try (TextEndpoint texts = edge.text("all")) {
            assertThat(texts.answer("what is it", "it is great, not awful").text())
                    .isEqualTo("great");
            assertThat(texts.entities("poor, great, fine")).singleElement().satisfies(entity -> {
                assertThat(entity.label()).isEqualTo("PRAISE");
                assertThat(entity.start()).isEqualTo(6);
            });
            assertThat(texts.fill("fine [MASK] fine")).hasSize(3);
            float[][] embeddings = texts.embed(List.of("great", "awful great"));
            assertThat(embeddings[0]).containsExactly(0, 0, 1);
            assertThat(embeddings[1]).containsExactly(texts.embed("awful great"));
        }
    }

    @Test
    void labelsOfZeroShotAreSharesOfEntailment() throws IOException {
        edge.registry()
                .promote(
                        imported(1, "{\"0\":\"contradiction\",\"1\":\"entailment\"}")
                                .ref(),
                        "first");
        try (TextEndpoint reviews = edge.text("reviews")) {
            List<Label> ranked = reviews.zeroShot("fine", List.of("awful", "great"));

            // "fine" and "great" are worth 3, "fine" and "awful" minus 1.
            assertThat(ranked).extracting(Label::label).containsExactly("great", "awful");
            assertThat(ranked.get(0).score()).isCloseTo(sigmoid(4), within(1e-6));
        }
    }
}

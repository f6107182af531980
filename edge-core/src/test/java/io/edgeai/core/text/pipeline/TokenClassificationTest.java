package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.text.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Labels of tokens: the likeliest by a loop over the table, whether a text fits into one window or needs many. */
class TokenClassificationTest {
    private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "I-LOC");
    private final float[][] table = TableGraph.table(21, 60, 4);

    private static TextModel model(InferenceSession session, int maxTokens) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(new PieceTokenizer(60, maxTokens))
                .labels(LABELS)
                .build();
    }

    /** What a pointwise table says of each token of the whole text. */
    private List<Entity> tokenByToken(String text) {
        List<Entity> tokens = new ArrayList<>();
        for (Encoding.Token token : new PieceTokenizer(60, 0).encode(text).tokens()) {
            if (token.added()) {
                continue;
            }
            float[] logits = table[(int) token.id()];
            double[] shares = Loops.softmax(logits[0], logits[1], logits[2], logits[3]);
            int best = 0;
            for (int k = 1; k < 4; k++) {
                best = shares[k] > shares[best] ? k : best;
            }
            String word = text.substring(token.start(), token.end());
            tokens.add(new Entity(LABELS.get(best), shares[best], word, token.start(), token.end()));
        }
        return tokens;
    }

    @ParameterizedTest
    @CsvSource({"200, 64", "20, 5", "12, 64", "7, 0", "4, 1", "3, 9"})
    void windowsSayWhatAFullScanSays(int maxTokens, int stride) {
        long seed = 31L * maxTokens + stride;
        Random random = new Random(seed);
        try (InferenceSession session = new TableGraph().rows("logits", table).open()) {
            var pipeline = new TokenClassification(model(session, maxTokens))
                    .stride(stride)
                    .aggregation(Aggregation.NONE);
            List<String> texts = List.of(Loops.text(random, 40), "", Loops.text(random, 3), Loops.text(random, 11));

            List<List<Entity>> found = pipeline.entities(texts);

            for (int i = 0; i < texts.size(); i++) {
                List<Entity> expected = tokenByToken(texts.get(i)).stream()
                        .filter(e -> !e.label().equals("O"))
                        .toList();
                assertThat(found.get(i))
                        .as("seed %d, text %d", seed, i)
                        .usingRecursiveComparison()
                        .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void neighboursAreGroupedAcrossTheBordersOfWindows() {
        String text = Loops.text(new Random(5), 50);
        try (InferenceSession session = new TableGraph().rows("logits", table).open()) {
            List<Entity> whole = new TokenClassification(model(session, 400)).entities(text);
            List<Entity> divided = new TokenClassification(model(session, 13)).entities(text);

            assertThat(divided).usingRecursiveFieldByFieldElementComparator().isEqualTo(whole);
            assertThat(whole).isNotEmpty().allSatisfy(e -> assertThat(e.label()).isIn("PER", "LOC"));
            assertThat(whole).anySatisfy(e -> assertThat(e.word()).hasSizeGreaterThan(3));
        }
    }

    /** A graph whose answer depends on the place in the window: its margins decide which window is heard. */
    @Test
    void aTokenInTwoWindowsIsJudgedWhereItIsFartherFromTheirEnds() {
        PieceTokenizer tokenizer = new PieceTokenizer(60, 8);
        String text = "a b c d e f g h i j";
        try (InferenceSession session = new TableGraph().rows("logits", table).open()) {
            TextModel model = TextModel.builder()
                    .graph(session.signature(), inputs -> Map.of("logits", placeInWindow(inputs)))
                    .tokenizer(tokenizer)
                    .labels(List.of("0", "1", "2", "3", "4", "5", "6", "7"))
                    .build();

            List<Entity> found = new TokenClassification(model)
                    .stride(2)
                    .aggregation(Aggregation.NONE)
                    .entities(text);

            // Windows of six letters behind one special token: a to f and, from the fifth on, e to j.
            assertThat(found.stream().map(Entity::word).toList())
                    .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
            assertThat(found.stream().map(Entity::label).toList())
                    .containsExactly("1", "2", "3", "4", "5", "2", "3", "4", "5", "6");
        }
    }

    /** Says for each token at which place of its row it stands. */
    private static Tensor placeInWindow(Map<String, Tensor> inputs) {
        long[] shape = inputs.get("input_ids").shape();
        float[] logits = new float[(int) (shape[0] * shape[1] * 8)];
        for (int row = 0; row < shape[0]; row++) {
            for (int place = 0; place < shape[1]; place++) {
                logits[(int) ((row * shape[1] + place) * 8 + place)] = 9;
            }
        }
        return Tensor.of(logits, shape[0], shape[1], 8);
    }

    /** Words of several pieces, judged by loops over the probabilities of their pieces. */
    @ParameterizedTest
    @EnumSource(
            value = Aggregation.class,
            names = {"FIRST", "AVERAGE", "MAX"})
    void wordsAreJudgedWhole(Aggregation aggregation) {
        String text = "Keller repairs monday pump of hall since oil";
        List<Entity> words = new ArrayList<>();
        List<Encoding.Token> pieces = new PieceTokenizer(60, 0).encode(text).tokens();
        for (int word = 0; word < 8; word++) {
            List<Encoding.Token> own = new ArrayList<>();
            for (Encoding.Token piece : pieces) {
                if (!piece.added() && piece.word() == word) {
                    own.add(piece);
                }
            }
            double[] scores = vote(own, aggregation);
            int best = 0;
            for (int k = 1; k < 4; k++) {
                best = scores[k] > scores[best] ? k : best;
            }
            int start = own.get(0).start();
            int end = own.get(own.size() - 1).end();
            words.add(new Entity(LABELS.get(best), scores[best], text.substring(start, end), start, end));
        }
        List<Entity> expected = EntityGroups.of(text, words, aggregation);
        try (InferenceSession session = new TableGraph().rows("logits", table).open()) {
            List<Entity> found = new TokenClassification(model(session, 64))
                    .aggregation(aggregation)
                    .entities(text);

            assertThat(found)
                    .usingRecursiveComparison()
                    .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
                    .isEqualTo(expected);
            assertThat(found).isNotEmpty().allSatisfy(e -> assertThat(text.split(" "))
                    .contains(e.word().split(" ")));
        }
    }

    private double[] vote(List<Encoding.Token> pieces, Aggregation aggregation) {
        double[] mean = new double[4];
        double[] surest = new double[4];
        double most = 0;
        for (Encoding.Token piece : pieces) {
            float[] row = table[(int) piece.id()];
            double[] shares = Loops.softmax(row[0], row[1], row[2], row[3]);
            for (int k = 0; k < 4; k++) {
                mean[k] += shares[k] / pieces.size();
                if (shares[k] > most) {
                    most = shares[k];
                    surest = shares;
                }
            }
            if (aggregation == Aggregation.FIRST) {
                return shares;
            }
        }
        return aggregation == Aggregation.AVERAGE ? mean : surest;
    }

    @Test
    void scoresOfGroupsAreMeans() {
        String text = "Keller Anna oil";
        try (InferenceSession session = new TableGraph().rows("logits", table).open()) {
            List<Entity> groups = new TokenClassification(model(session, 64)).entities(text);

            List<Entity> tokens = tokenByToken(text);
            for (Entity group : groups) {
                double mean = tokens.stream()
                        .filter(t -> t.start() >= group.start() && t.end() <= group.end())
                        .mapToDouble(Entity::score)
                        .average()
                        .orElseThrow();
                assertThat(group.score()).isCloseTo(mean, within(1e-6));
            }
            assertThat(groups).isNotEmpty();
        }
    }

    @Test
    void aGraphForWholeTextsIsRefused() {
        try (InferenceSession session = new TableGraph().sum("logits", table).open()) {
            var pipeline = new TokenClassification(model(session, 64));
            assertThatThrownBy(() -> pipeline.entities("the pump"))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageContaining("(1) rows for 5 tokens")
                    .hasMessageContaining("Maybe");
            assertThatThrownBy(() -> pipeline.stride(-1)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> new TokenClassification(model(session, 2)).entities("the pump"))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("leave room for (0)");
        }
    }
}

package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.text.Encoding;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers against trying every pair of tokens of the whole context. */
class QuestionAnsweringTest {
    private static final String QUESTION = "who repairs it";
    private final float[][] starts = TableGraph.table(41, 90, 1);
    private final float[][] ends = TableGraph.table(42, 90, 1);

    private InferenceSession session() {
        return new TableGraph()
                .column("start_logits", starts)
                .column("end_logits", ends)
                .open();
    }

    private static TextModel model(InferenceSession session, int maxTokens) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(new PieceTokenizer(90, maxTokens))
                .build();
    }

    /** The best pair, its probability by sums over context and first token, on the bounds of words. */
    private Answer byTryingAll(String context, int longest) {
        List<Encoding.Token> tokens = new PieceTokenizer(90, 0)
                .encode(QUESTION, context).tokens().stream()
                        .filter(token -> token.sequence() == 1)
                        .toList();
        double startSum = Math.exp(starts[PieceTokenizer.CLS][0]);
        double endSum = Math.exp(ends[PieceTokenizer.CLS][0]);
        for (Encoding.Token token : tokens) {
            startSum += Math.exp(starts[(int) token.id()][0]);
            endSum += Math.exp(ends[(int) token.id()][0]);
        }
        Answer best = new Answer("", -1, 0, 0);
        for (int i = 0; i < tokens.size(); i++) {
            for (int j = i; j < tokens.size() && j < i + longest; j++) {
                double score = Math.exp(starts[(int) tokens.get(i).id()][0])
                        / startSum
                        * Math.exp(ends[(int) tokens.get(j).id()][0])
                        / endSum;
                if (score > best.score()) {
                    int from = context.lastIndexOf(' ', tokens.get(i).start()) + 1;
                    int to = context.indexOf(' ', tokens.get(j).start());
                    to = to < 0 ? context.length() : to;
                    best = new Answer(context.substring(from, to), score, from, to);
                }
            }
        }
        return best;
    }

    /** Windows overlap by more than the longest answer, so that each answer lies whole in one of them. */
    @ParameterizedTest
    @CsvSource({"384, 5", "40, 5", "30, 4", "24, 3", "20, 1"})
    void windowsFindWhatAFullScanFinds(int maxTokens, int longest) {
        try (InferenceSession session = session()) {
            var pipeline = new QuestionAnswering(model(session, maxTokens))
                    .longestAnswer(longest)
                    .stride(longest + 1);
            for (int seed = 0; seed < 20; seed++) {
                Random random = new Random(seed);
                String context = Loops.text(random, 1 + random.nextInt(60));

                Answer answer = pipeline.answer(QUESTION, context);

                Answer expected = byTryingAll(context, longest);
                assertThat(answer.text()).as("seed %d (%s)", seed, context).isEqualTo(expected.text());
                assertThat(answer.start()).as("seed %d", seed).isEqualTo(expected.start());
                assertThat(answer.end()).as("seed %d", seed).isEqualTo(expected.end());
                assertThat(answer.score()).as("seed %d", seed).isCloseTo(expected.score(), within(1e-6));
            }
        }
    }

    @Test
    void answersAreRankedAndEachPlaceComesOnce() {
        String context = "Anna Keller repairs the pump of hall seven";
        try (InferenceSession session = session()) {
            List<Answer> answers = new QuestionAnswering(model(session, 384)).answers(QUESTION, context, 7);

            assertThat(answers).hasSize(7).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
            assertThat(answers.stream().map(a -> a.start() + "-" + a.end()).distinct())
                    .hasSize(7);
            assertThat(answers).allSatisfy(a -> assertThat(a.text())
                    .isEqualTo(context.substring(a.start(), a.end()))
                    .doesNotStartWith(" ")
                    .doesNotEndWith(" "));
            assertThat(answers.stream().mapToDouble(Answer::score).sum()).isLessThan(1);
        }
    }

    @Test
    void noAnswerCompetesWithTheFirstTokensScores() {
        String context = "oil leaks";
        double[] startShares = new double[1];
        double[] endShares = new double[1];
        Encoding encoding = new PieceTokenizer(90, 0).encode(QUESTION, context);
        startShares[0] = share(encoding, starts);
        endShares[0] = share(encoding, ends);
        try (InferenceSession session = session()) {
            var pipeline = new QuestionAnswering(model(session, 384)).allowNoAnswer();

            List<Answer> answers = pipeline.answers(QUESTION, context, 20);

            assertThat(answers)
                    .filteredOn(answer -> answer.text().isEmpty())
                    .singleElement()
                    .satisfies(none -> assertThat(none.score()).isCloseTo(startShares[0] * endShares[0], within(1e-6)));
            assertThat(new QuestionAnswering(model(session, 384)).answers(QUESTION, context, 20))
                    .noneMatch(answer -> answer.text().isEmpty());
        }
    }

    /** The first token's share among itself and the context's tokens. */
    private static double share(Encoding encoding, float[][] table) {
        double[] scores = encoding.tokens().stream()
                .filter(token -> token.id() == PieceTokenizer.CLS || token.sequence() == 1)
                .mapToDouble(token -> table[(int) token.id()][0])
                .toArray();
        return Loops.softmax(scores)[0];
    }

    @Test
    void whatCannotBeAnsweredIsSaid() {
        try (InferenceSession session = session();
                InferenceSession other = new TableGraph().rows("logits", starts).open()) {
            var pipeline = new QuestionAnswering(model(session, 10));
            assertThatThrownBy(() -> pipeline.answer(QUESTION, "  "))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("has no tokens")
                    .hasMessageContaining("Maybe");
            assertThatThrownBy(() -> pipeline.answer("who in the world repairs the pumps", "Anna"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("leaves no room");
            assertThatThrownBy(() -> pipeline.answers(QUESTION, "Anna", 0)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> new QuestionAnswering(model(other, 10)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("one output (logits)")
                    .hasMessageContaining("start_logits and end_logits");
        }
    }
}

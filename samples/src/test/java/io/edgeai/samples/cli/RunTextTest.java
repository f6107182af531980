package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.samples.Console;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import io.edgeai.samples.text.Reviews;
import io.edgeai.samples.text.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts on the command line, against the same model fed with numbers looked up in the vocabulary. */
class RunTextTest {
    private static final List<String> VOCABULARY = Reviews.vocabulary();

    @TempDir
    Path dir;

    private Path bert;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Tokenizers.status().get("huggingface").usable(), "native tokenizers are not usable here");
        bert = TinyBert.write(dir.resolve("bert"), VOCABULARY, List.of("contradiction", "neutral", "entailment"), 5);
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(dir.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Ids of words between the special tokens, filled up with padding. */
    private static long[] ids(int length, String... words) {
        long[] ids = new long[length];
        ids[0] = VOCABULARY.indexOf("[CLS]");
        for (int i = 0; i < words.length; i++) {
            ids[i + 1] = VOCABULARY.indexOf(words[i]);
        }
        ids[words.length + 1] = VOCABULARY.indexOf("[SEP]");
        return ids;
    }

    /** The model's answer to rows of ids and their types, given as arrays. */
    private float[] byNumbers(long[][] rows, long[][] types) {
        int length = rows[0].length;
        long[] ids = new long[rows.length * length];
        long[] mask = new long[ids.length];
        long[] kinds = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = rows[i / length][i % length];
            mask[i] = ids[i] == 0 ? 0 : 1;
            kinds[i] = types[i / length][i % length];
        }
        Map.of("ids", ids, "mask", mask, "types", kinds)
                .forEach((name, values) ->
                        NpyFile.write(Tensor.of(values, rows.length, length), dir.resolve(name + ".npy")));
        Path out = dir.resolve("numbers.npz");
        Console console = Console.run(
                "run",
                bert,
                "-i",
                "input_ids=" + dir.resolve("ids.npy"),
                "attention_mask=" + dir.resolve("mask.npy"),
                "token_type_ids=" + dir.resolve("types.npy"),
                "-o",
                out);
        assertThat(console.code()).as(console.err()).isZero();
        return NpzFile.read(out, DataLimits.DEFAULT).get("logits").floats();
    }

    @Test
    void aListOfTextsIsTokenizedByItself() {
        Path texts = file("texts.json", "[\"The pump is good.\", \"not loud\"]");
        Path out = dir.resolve("out.npz");

        Console console = Console.run("run", bert, "--input", texts, "-o", out);

        assertThat(console.code()).as(console.err()).isZero();
        float[] expected = byNumbers(
                new long[][] {ids(7, "the", "pump", "is", "good", "."), ids(7, "not", "loud")}, new long[2][7]);
        float[] logits = NpzFile.read(out, DataLimits.DEFAULT).get("logits").floats();
        assertThat(logits).containsExactly(expected, within(1e-5f));
    }

    @Test
    void classificationIsTheSoftmaxOfTheLogits() {
        Path texts = file("texts.json", "[\"The pump is good.\"]");

        JsonNode answer =
                Answers.json(Console.run("run", bert, "-i", texts, "--task", "text-classification", "--top-k", "2"), 0);

        float[] logits = byNumbers(new long[][] {ids(7, "the", "pump", "is", "good", ".")}, new long[1][7]);
        double sum = Math.exp(logits[0]) + Math.exp(logits[1]) + Math.exp(logits[2]);
        List<String> labels = List.of("contradiction", "neutral", "entailment");
        assertThat(answer).hasSize(1);
        assertThat(answer.get(0)).hasSize(2).allSatisfy(label -> {
            float logit = logits[labels.indexOf(label.get("label").textValue())];
            assertThat(label.get("score").doubleValue()).isCloseTo(Math.exp(logit) / sum, within(1e-5));
        });
    }

    @Test
    void zeroShotChoosesFromTheLabelsGiven() {
        Path texts = file("texts.json", "[\"loud\"]");
        Path out = dir.resolve("out.json");

        Console console = Console.run(
                "run",
                bert,
                "-i",
                texts,
                "--task",
                "zero-shot-classification",
                "--labels",
                "pump,hall",
                "-o",
                out,
                "--json");

        assertThat(Answers.json(console, 0).get("answers").intValue()).isEqualTo(1);
        JsonNode ranked = Answers.parse(read(out)).get(0);
        double scores = ranked.get(0).get("score").doubleValue()
                + ranked.get(1).get("score").doubleValue();
        assertThat(scores).isCloseTo(1, within(1e-9));
        assertThat(ranked.findValuesAsText("label")).containsExactlyInAnyOrder("pump", "hall");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The converted file brings the tokenizer along. */
    @Test
    void aConvertedModelTakesTextsToo() {
        Path texts = file("texts.json", "[\"The hall is loud!\", \"quiet\"]");
        Path onnx = dir.resolve("converted.onnx");
        assertThat(Console.run("convert", bert, "-o", onnx).code()).isZero();

        JsonNode folder = Answers.json(Console.run("run", bert, "-i", texts, "--task", "text-classification"), 0);
        JsonNode converted = Answers.json(Console.run("run", onnx, "-i", texts, "--task", "text-classification"), 0);

        assertThat(converted).isEqualTo(folder).hasSize(2);
    }

    @Test
    void filesOfNumbersAreStillNumbers() {
        Path numbers = file(
                "numbers.json",
                "{\"input_ids\": [[2, 8, 3]], \"attention_mask\": [[1, 1, 1]]," + "\"token_type_ids\": [[0, 0, 0]]}");

        JsonNode answer = Answers.json(Console.run("run", bert, "-i", numbers, "--json"), 0);

        float[] expected = byNumbers(new long[][] {{2, 8, 3}}, new long[1][3]);
        assertThat((float) answer.get("logits").get(0).get(1).doubleValue()).isCloseTo(expected[1], within(1e-5f));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"a\"]  | sentiment                | (sentiment) is unknown",
                "{}       | text-classification      | no JSON list",
                "[\"a     | text-classification      | is wrong in line (1)",
                "[1]      | text-classification      | Item 0 (1) is no text",
                "[\"a\"]  | question-answering       | start_logits",
                "[\"a\"]  | zero-shot-classification | --labels",
                "[\"a\"]  | fill-mask                | no mask in its first 32 tokens",
                "[\"a\"]  | token-classification     | classifies whole texts",
            })
    void whatCannotBeAnsweredIsSaidInOneLine(String texts, String task, String said) {
        Console console = Console.run("run", bert, "-i", file("texts.json", texts), "--task", task);

        Answers.refused(console, said);
    }

    @Test
    void optionsThatDoNotFitAreRefused() throws IOException {
        Path texts = file("texts.json", "[\"a\"]");
        Answers.refused(Console.run("run", bert, "-i", texts, "--labels", "a,b"), "needs a task");
        Answers.refused(
                Console.run("run", bert, "-i", texts, "--task", "text-classification", "-o", dir.resolve("a.csv")),
                "are JSON, not");
        Answers.refused(
                Console.run("run", bert, "-i", texts, "--task", "text-classification", "--top-k", "0"), "--top-k (0)");
        Files.delete(bert.resolve("vocab.txt"));
        Answers.refused(Console.run("run", bert, "-i", texts), "brings no tokenizer");
    }
}

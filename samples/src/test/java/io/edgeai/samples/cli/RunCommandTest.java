package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    private Path affine() {
        return Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(dir.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void ok(Console console) {
        assertThat(console.code()).as(console.err()).isZero();
    }

    private static void refused(Console console, String... parts) {
        assertThat(console.code()).as(console.out()).isEqualTo(2);
        assertThat(console.err().strip().lines()).hasSize(1);
        assertThat(console.err()).contains("Maybe").contains(parts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"npz", "npy", "csv", "json"})
    void writesEveryKindOfFile(String ending) throws IOException {
        Path output = dir.resolve("out." + ending);

        ok(Console.run("run", affine(), "--input", file("in.csv", "1,2,3\n4,5,6\n"), "-o", output));

        float[] expected = {3, 5, 7, 9, 11, 13};
        switch (ending) {
            case "npz" ->
                assertThat(NpzFile.read(output, DataLimits.DEFAULT).get("y").floats())
                        .containsExactly(expected);
            case "npy" ->
                assertThat(NpyFile.read(output, DataLimits.DEFAULT).floats()).containsExactly(expected);
            case "csv" -> assertThat(Files.readString(output)).isEqualTo("y_0,y_1,y_2\n3,5,7\n9,11,13\n");
            default ->
                assertThat(JsonTensors.read(output, DataLimits.DEFAULT).get("y").doubles())
                        .containsExactly(3, 5, 7, 9, 11, 13);
        }
    }

    @Test
    void readsEveryKindOfFile() {
        Tensor rows = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        NpyFile.write(rows, dir.resolve("in.npy"));
        NpzFile.write(Map.of("x", rows), dir.resolve("named.npz"));
        NpzFile.write(Map.of("other", rows), dir.resolve("only.npz"));
        IdxFile.write(rows, dir.resolve("in.idx2.gz"));
        file("in.json", "[[1, 2, 3], [4, 5, 6]]");
        file("named.json", "{\"x\": [[1, 2, 3], [4, 5, 6]]}");
        file("in.tsv", "1\t2\t3\n4\t5\t6\n");
        file("header.csv", "a,b,c\n1,2,3\n4,5,6\n");
        for (String name : List.of(
                "in.npy", "named.npz", "only.npz", "in.idx2.gz", "in.json", "named.json", "in.tsv", "header.csv")) {
            Console console = Console.run("run", affine(), "--input", dir.resolve(name));

            ok(console);
            assertThat(console.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
                    .as(name)
                    .containsExactly("y_0 y_1 y_2", "3 5 7", "9 11 13");
        }
    }

    @Test
    void jsonAnswersOnStandardOutput() throws IOException {
        Console console = Console.run("run", affine(), "-i", file("in.csv", "1,2,3\n"), "--json");

        ok(console);
        assertThat(JSON.readTree(console.out())).isEqualTo(JSON.readTree("{\"y\": [[3.0, 5.0, 7.0]]}"));
    }

    @Test
    void jsonSaysWhatWasWritten() throws IOException {
        Path output = dir.resolve("o.npz");
        Console console = Console.run("run", affine(), "-i", file("in.csv", "1,2,3\n"), "-o", output, "--json");

        ok(console);
        JsonNode answer = JSON.readTree(console.out());
        assertThat(answer.get("output").textValue()).isEqualTo(output.toString());
        assertThat(answer.get("tensors").get("y").textValue()).isEqualTo("FLOAT[1,3]");
    }

    @Test
    void severalInputsComeByNameOrFromOneTable() {
        Path pair = Graphs.write(Graphs.pair(), dir.resolve("pair.onnx"));
        Path a = file("a.csv", "1\n2\n");
        Path b = file("b.csv", "10\n20\n");
        Path both = file("both.csv", "b,a,unused\n10,1,0\n20,2,0\n");

        Console named = Console.run("run", pair, "--input", "a=" + a, "b=" + b);
        Console table = Console.run("run", pair, "--input", both);
        Console method = Console.run("run", pair, "--input", both, "--method", "product");

        ok(named);
        assertThat(named.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly("sum product", "11 10", "22 40");
        ok(table);
        assertThat(table.out()).isEqualTo(named.out());
        assertThat(table.err()).contains("1 columns that the model does not take");
        assertThat(method.out().lines().map(String::strip)).containsExactly("product", "10", "40");
        refused(Console.run("run", pair, "--input", "a=" + a), "b: FLOAT[N,1]");
        refused(Console.run("run", pair, "--input", a), "(a.csv)".substring(1, 6));
        refused(Console.run("run", pair, "--input", "a=" + a, "c=" + b), "no input (c)");
    }

    @Test
    void methodsThatAreNotThereAreListed() {
        refused(
                Console.run("run", affine(), "-i", file("in.csv", "1,2,3\n"), "--method", "predict_proba"),
                "(predict_proba)",
                "[all, y]");
    }

    @Test
    void enginesAreChosenByName() {
        Path input = file("in.csv", "1,2,3\n");

        ok(Console.run("run", affine(), "-i", input, "--engine", "onnxruntime"));
        refused(Console.run("run", affine(), "-i", input, "--engine", "abacus"), "(abacus)", "onnxruntime");
    }

    @Test
    void wrongDataIsExplained() {
        refused(Console.run("run", affine(), "-i", file("two.csv", "1,2\n")), "needs 3 values", "not 2");
        refused(Console.run("run", affine(), "-i", file("text.csv", "a,b,c\nd,e,f\n")), "text");
        refused(Console.run("run", affine(), "-i", file("mixed.csv", "a,1,2\nb,3,4\n"), "--header", "no"), "c0");
        refused(Console.run("run", affine(), "-i", file("x.parquet", "")), "unknown ending");
        refused(Console.run("run", affine(), "-i", dir.resolve("none.csv")), "does not exist");
        refused(Console.run("run", affine(), "-i", file("h.csv", "1,2,3\n"), "--header", "perhaps"), "(perhaps)");
        refused(Console.run("run", affine(), "-i", file("n.csv", "1,2,3\n"), "--normalize", "x=1"), "(x=1)");
    }

    @Test
    void wrongOutputsAreRefusedBeforeAnythingRuns() {
        Path input = file("in.csv", "1,2,3\n");

        refused(Console.run("run", affine(), "-i", input, "-o", dir.resolve("o.xls")), "unknown ending");
        refused(
                Console.run(
                        "run",
                        Graphs.write(Graphs.pair(), dir.resolve("pair.onnx")),
                        "-i",
                        file("ab.csv", "a,b\n1,2\n"),
                        "-o",
                        dir.resolve("o.npy")),
                "--method");
    }

    @Test
    void theHeaderCanBeForced() {
        Path input = file("numbers.csv", "1,2,3\n4,5,6\n");

        assertThat(Console.run("run", affine(), "-i", input, "--header", "yes")
                        .out()
                        .lines())
                .hasSize(2);
        assertThat(Console.run("run", affine(), "-i", input, "--header", "no")
                        .out()
                        .lines())
                .hasSize(3);
    }

    @Test
    void rowsAreReshapedToTheModelsInput() {
        Path images = Graphs.write(
                Graphs.affine(Dim.symbolic("N"), Dim.of(1), Dim.of(2), Dim.of(2)), dir.resolve("image.onnx"));
        Path output = dir.resolve("o.npy");

        ok(Console.run("run", images, "-i", file("in.csv", "1,2,3,4\n5,6,7,8\n"), "-o", output));

        Tensor result = NpyFile.read(output, DataLimits.DEFAULT);
        assertThat(result.shape()).containsExactly(2, 1, 2, 2);
        assertThat(result.floats()).containsExactly(3, 5, 7, 9, 11, 13, 15, 17);
    }

    @Test
    void modelsOfOneSampleRunOncePerRow() {
        Path fixed = Graphs.write(Graphs.affine(Dim.of(1), Dim.of(2)), dir.resolve("fixed.onnx"));
        Path bare = Graphs.write(Graphs.affine(Dim.of(2)), dir.resolve("bare.onnx"));
        Path input = file("in.csv", "1,2\n3,4\n5,6\n");
        for (Path model : List.of(fixed, bare)) {
            Path output = dir.resolve("o.npy");
            ok(Console.run("run", model, "-i", input, "-o", output));
            Tensor result = NpyFile.read(output, DataLimits.DEFAULT);

            assertThat(result.shape()).containsExactly(3, 2);
            assertThat(result.floats()).containsExactly(3, 5, 7, 9, 11, 13);
        }
    }

    @Test
    void runsInChunksGiveTheSameAnswers() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            rows.append(i).append(",0,0\n");
        }
        Path input = file("many.csv", rows.toString());
        for (String size : List.of("0", "7", "256", "5000")) {
            Path output = dir.resolve("o" + size + ".npy");
            ok(Console.run("run", affine(), "-i", input, "-o", output, "--batch-size", size));
            float[] values = NpyFile.read(output, DataLimits.DEFAULT).floats();

            assertThat(values).hasSize(3000);
            assertThat(values[2997]).isEqualTo(1999f);
        }
    }

    @Test
    void answersThatBelongToNoSampleAreNotJoined() {
        Path total = Graphs.write(Graphs.total(), dir.resolve("total.onnx"));
        Path input = file("in.csv", "1,2\n3,4\n5,6\n");

        refused(
                Console.run("run", total, "-i", input, "--batch-size", "3", "--threads", "0"),
                "--threads (0) must be 1 to");
        assertThat(Console.run("run", total, "-i", input, "--json").out()).contains("9.0", "12.0");
        refused(Console.run("run", total, "-i", input, "--batch-size", "2"), "--batch-size 0");
    }

    @Test
    void textModelsTakeJsonStringsAndCsvText() {
        Path text = Graphs.write(Graphs.identity(ElementType.STRING, Dim.symbolic("N")), dir.resolve("text.onnx"));

        Console json = Console.run("run", text, "-i", file("t.json", "[\"good\", \"bad\"]"));
        Console csv = Console.run("run", text, "-i", file("t.csv", "x\ngood\nbad\n"));

        ok(json);
        assertThat(json.out().lines().map(String::strip)).containsExactly("y", "good", "bad");
        ok(csv);
        assertThat(csv.out()).isEqualTo(json.out());
    }

    @Test
    void byteImagesAreNormalized() {
        Path model = Graphs.write(
                Graphs.identity(ElementType.FLOAT, Dim.symbolic("N"), Dim.of(1), Dim.of(1), Dim.of(2)),
                dir.resolve("id.onnx"));
        Path images = dir.resolve("images.idx3");
        IdxFile.write(Tensor.ofBytes(ElementType.UINT8, new byte[] {0, 51, (byte) 255, 102}, 2, 1, 2), images);

        Console console = Console.run("run", model, "-i", images, "--normalize", "scale=1/255,mean=0.2", "--json");

        ok(console);
        assertThat(console.out()).contains("-0.2", "0.8");
    }

    @Test
    void longAnswersAreShortenedOnScreenOnly() {
        Path wide = Graphs.write(Graphs.affine(Dim.symbolic("N"), Dim.of(30)), dir.resolve("wide.onnx"));
        Path input = file("w.csv", ("1" + ",1".repeat(29) + "\n").repeat(50));

        Console console = Console.run("run", wide, "-i", input);

        ok(console);
        assertThat(console.out().lines()).hasSize(21);
        assertThat(console.err()).contains("20 of 50 rows and 12 of 30 columns");
    }

    @Test
    void batchGoesOnAfterFailures() throws IOException {
        Path input = file("in.csv", "1,2,3\n");
        Path good = dir.resolve("good.npz");
        Path cases = file(
                "CASES.json",
                "[{\"model\": \"%s\", \"input\": \"%s\", \"output\": \"%s\"},".formatted(affine(), input, good)
                        + "{\"model\": \"nowhere.onnx\", \"input\": \"%s\"},".formatted(input)
                        + "{\"model\": \"%s\", \"input\": [\"x=%s\"], \"method\": \"y\"},".formatted(affine(), input)
                        + "{\"model\": \"%s\", \"input\": {\"x\": \"%s\"}, \"methods\": 1},".formatted(affine(), input)
                        + "{\"model\": \"%s\"}, 5]".formatted(affine()));

        Console console = Console.run("run", "--batch", cases);

        assertThat(console.code()).isEqualTo(1);
        assertThat(console.out()).contains("2 of 6 cases ok").contains("nowhere.onnx");
        assertThat(NpzFile.read(good, DataLimits.DEFAULT).get("y").floats()).containsExactly(3f, 5f, 7f);
        JsonNode results = JSON.readTree(dir.resolve("CASES.results.json").toFile());
        assertThat(results).hasSize(6);
        assertThat(results.get(0).get("ok").booleanValue()).isTrue();
        assertThat(results.get(0).get("error").isNull()).isTrue();
        assertThat(results.get(0).get("seconds").doubleValue()).isPositive();
        assertThat(results.get(1).get("ok").booleanValue()).isFalse();
        assertThat(results.get(1).get("error").textValue())
                .contains("does not exist")
                .contains("Maybe");
        assertThat(results.get(2).get("ok").booleanValue()).isTrue();
        assertThat(results.get(3).get("error").textValue()).contains("(methods)");
        assertThat(results.get(4).get("error").textValue()).contains("no input");
        assertThat(results.get(5).get("error").textValue()).contains("no object");
    }

    @Test
    void batchOfGoodCasesIsOk() throws IOException {
        Path input = file("in.csv", "1,2,3\n");
        Path cases = file("all.json", "[{\"model\": \"%s\", \"input\": {\"x\": \"%s\"}}]".formatted(affine(), input));

        Console console = Console.run("run", "--batch", cases, "--json");

        ok(console);
        JsonNode answer = JSON.readTree(console.out());
        assertThat(answer.get("failed").intValue()).isZero();
        assertThat(dir.resolve("all.results.json")).exists();
    }

    @Test
    void wrongBatchFilesAreRefused() {
        refused(Console.run("run", "--batch", file("o.json", "{}")), "is no list");
        refused(Console.run("run", "--batch", file("b.json", "[")), "line");
        refused(Console.run("run", "--batch", dir.resolve("none.json")), "does not exist");
        refused(Console.run("run", affine(), "--batch", file("c.json", "[]")), "leave the others out");
    }

    @Test
    void progressIsDrawnOnATerminalOnly() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            rows.append("1,2,3\n");
        }
        Path input = file("p.csv", rows.toString());
        Path output = dir.resolve("p.npy");

        Console watched = Console.interactive().execute("run", affine(), "-i", input, "-o", output);
        Console piped = Console.run("run", affine(), "-i", input, "-o", output);

        ok(watched);
        assertThat(watched.err()).contains("infer").contains("100%");
        assertThat(piped.err()).isEmpty();
        assertThat(piped.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"binary_bc", "softprob_iris", "softmax_iris", "reg_dia", "dart_dia", "gblinear_dia", "v3_reg"})
    void xgboostAnswersAsXgboostDoes(String name) throws IOException {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", "xgboost", name);
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no XGBoost models below edgeai.testdata");
        for (String method : List.of("predict", "margin")) {
            Path output = dir.resolve(method + ".npy");
            Object[] command = method.equals("predict")
                    ? new Object[] {"run", folder.resolve("model.json"), "-i", folder.resolve("input.csv"), "-o", output
                    }
                    : new Object[] {
                        "run",
                        folder.resolve("model.ubj"),
                        "-i",
                        folder.resolve("input.csv"),
                        "-o",
                        output,
                        "--method",
                        "output_margin"
                    };
            ok(Console.run(command));
            float[] actual = NpyFile.read(output, DataLimits.DEFAULT).floats();
            List<Float> expected = Files.readAllLines(folder.resolve(method + ".csv")).stream()
                    .flatMap(line -> List.of(line.split(",")).stream())
                    .map(Float::valueOf)
                    .toList();

            assertThat(actual).as("%s of %s", method, name).hasSameSizeAs(expected.toArray());
            for (int i = 0; i < actual.length; i++) {
                assertThat((double) Math.abs(actual[i] - expected.get(i)))
                        .isLessThanOrEqualTo(2e-6 * Math.max(1, Math.abs(expected.get(i))));
            }
        }
    }

    @org.junit.jupiter.params.ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({"binary_bc,2", "softprob_iris,3", "softmax_iris,3"})
    void xgboostClassifiersGiveProbabilities(String name, int classes) throws Exception {
        Path folder = Answers.testdata("formats/xgboost/" + name);

        com.fasterxml.jackson.databind.JsonNode answer = Answers.json(
                Console.run(
                        "run",
                        folder.resolve("model.json"),
                        "-i",
                        folder.resolve("input.csv"),
                        "--method",
                        "predict_proba",
                        "--json"),
                0);

        java.util.List<String> expected = java.nio.file.Files.readAllLines(folder.resolve("predict.csv"));
        com.fasterxml.jackson.databind.JsonNode rows = answer.get("predict_proba");
        assertThat(rows).hasSameSizeAs(expected);
        for (int row = 0; row < rows.size(); row++) {
            String[] cells = expected.get(row).split(",");
            double sum = 0;
            int best = 0;
            for (int c = 0; c < classes; c++) {
                double p = rows.get(row).get(c).doubleValue();
                sum += p;
                best = p > rows.get(row).get(best).doubleValue() ? c : best;
                if (cells.length == classes) {
                    assertThat(p).isCloseTo(Double.parseDouble(cells[c]), org.assertj.core.data.Offset.offset(1e-5));
                }
            }
            assertThat(rows.get(row)).hasSize(classes);
            assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
            if (name.startsWith("softmax")) {
                assertThat((double) best).isEqualTo(Double.parseDouble(cells[0]));
            } else if (classes == 2) {
                assertThat(rows.get(row).get(1).doubleValue())
                        .isCloseTo(Double.parseDouble(cells[0]), org.assertj.core.data.Offset.offset(1e-5));
            }
        }
    }

    @Test
    void xgboostRegressorsHaveNoProbabilities() {
        Path folder = Answers.testdata("formats/xgboost/reg_dia");

        Answers.refused(
                Console.run(
                        "run",
                        folder.resolve("model.json"),
                        "-i",
                        folder.resolve("input.csv"),
                        "--method",
                        "predict_proba"),
                "(predict_proba)");
    }
}

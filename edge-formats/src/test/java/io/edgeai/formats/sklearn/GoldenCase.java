package io.edgeai.formats.sklearn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One folder of a model, its input and what the real estimator answered. */
final class GoldenCase {
    /** How one method compared; {@code error} is empty where it ran. */
    record Result(String name, String method, boolean labelsEqual, double difference, String error) {
        boolean exact(double tolerance) {
            return error.isEmpty() && labelsEqual && difference <= tolerance;
        }
    }

    private final Path folder;

    GoldenCase(Path folder) {
        this.folder = folder;
    }

    static List<Path> folders(Path root) {
        try (Stream<Path> children = Files.list(root)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What differs by more than that over all cases, each of which has an answer to compare. */
    static List<Result> wrong(List<Path> cases, double tolerance) {
        List<Result> wrong = new ArrayList<>();
        for (Path one : cases) {
            List<Result> results = new GoldenCase(one).run();
            if (results.isEmpty()) {
                throw new AssertionError(one.getFileName() + " has no answers");
            }
            results.stream().filter(result -> !result.exact(tolerance)).forEach(wrong::add);
        }
        return wrong;
    }

    Path model() {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(file -> file.getFileName().toString().startsWith("model."))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Result> run() {
        String name = folder.getFileName().toString();
        List<Result> results = new ArrayList<>();
        ImportedModel imported;
        try {
            imported = new SklearnImporter().read(model());
        } catch (EdgeException e) {
            return List.of(new Result(name, "import", false, Double.NaN, String.valueOf(e.getMessage())));
        }
        try (InferenceSession session = new OnnxRuntimeEngine()
                .open(
                        OnnxWriter.toBytes(imported.graph()),
                        SessionOptions.defaults().slots(1))) {
            Map<String, Tensor> answers = session.run(inputs(session.signature().inputs()));
            for (String method :
                    List.of("predict", "predict_proba", "decision_function", "score_samples", "transform")) {
                Path expected = folder.resolve(method + ".csv");
                if (Files.exists(expected)) {
                    results.add(compare(name, method, answers.get(method), rows(expected)));
                }
            }
        } catch (RuntimeException e) {
            results.add(
                    new Result(name, "run", false, Double.NaN, e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
        return results;
    }

    private static Result compare(String name, String method, Tensor answer, List<String[]> expected) {
        if (answer == null) {
            return new Result(name, method, false, Double.NaN, "no such output");
        }
        String[] cells = expected.stream().flatMap(Arrays::stream).toArray(String[]::new);
        if (answer.elements() != cells.length) {
            return new Result(name, method, false, Double.NaN, answer + " for " + cells.length + " expected values");
        }
        boolean equal = true;
        double worst = 0;
        for (int i = 0; i < cells.length; i++) {
            if (answer.type() == ElementType.DOUBLE) {
                double e = number(cells[i]);
                double a = answer.buffer().getDouble(i * 8);
                double d =
                        e == a || Double.isNaN(e) && Double.isNaN(a) ? 0 : Math.abs(e - a) / Math.max(1, Math.abs(e));
                worst = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(worst, d);
            } else {
                String a =
                        switch (answer.type()) {
                            case STRING -> answer.strings()[i];
                            case BOOL -> answer.bytes()[i] != 0 ? "True" : "False";
                            default -> Long.toString(answer.longs()[i]);
                        };
                equal &= a.equals(cells[i]) || numeric(a) && numeric(cells[i]) && number(a) == number(cells[i]);
            }
        }
        return new Result(name, method, equal, worst, "");
    }

    private static boolean numeric(String text) {
        return text.matches("-?[0-9.]+([eE][-+]?[0-9]+)?");
    }

    private static double number(String cell) {
        String text = cell.strip();
        return text.isEmpty() || text.equals("nan")
                ? Double.NaN
                : text.equals("inf")
                        ? Double.POSITIVE_INFINITY
                        : text.equals("-inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(text);
    }

    private Map<String, Tensor> inputs(List<TensorSpec> specs) {
        List<String[]> rows;
        Map<String, Integer> header = new LinkedHashMap<>();
        try {
            if (Files.exists(folder.resolve("input.json"))) {
                rows = new ArrayList<>();
                JsonNode list = new JsonMapper().readTree(Files.readString(folder.resolve("input.json")));
                list.forEach(item -> rows.add(new String[] {item.asText()}));
            } else {
                rows = rows(folder.resolve("input.csv"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (Arrays.stream(rows.get(0)).anyMatch(cell -> !numeric(cell) && !cell.equals("nan") && !cell.isEmpty())
                && Files.exists(folder.resolve("input.csv"))
                && !folder.getFileName().toString().contains("headless")) {
            for (int c = 0; c < rows.get(0).length; c++) {
                header.put(rows.get(0)[c], c);
            }
            rows.remove(0);
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : specs) {
            int[] columns = specs.size() == 1
                    ? java.util.stream.IntStream.range(0, rows.get(0).length).toArray()
                    : new int[] {header.isEmpty() ? specs.indexOf(spec) : header.get(spec.name())};
            inputs.put(spec.name(), tensor(spec, rows, columns));
        }
        return inputs;
    }

    private static Tensor tensor(TensorSpec spec, List<String[]> rows, int[] columns) {
        int width = columns.length;
        if (spec.type() == ElementType.STRING) {
            String[] all = new String[rows.size() * width];
            for (int i = 0; i < all.length; i++) {
                all[i] = rows.get(i / width)[columns[i % width]];
            }
            return Tensor.of(all, rows.size(), width);
        }
        double[] all = new double[rows.size() * width];
        for (int i = 0; i < all.length; i++) {
            all[i] = number(rows.get(i / width)[columns[i % width]]);
        }
        return Tensor.of(all, rows.size(), width);
    }

    static List<String[]> rows(Path csv) {
        try {
            List<String[]> rows = new ArrayList<>();
            for (String line : Files.readAllLines(csv)) {
                if (!line.isEmpty()) {
                    rows.add(line.split(",", -1));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

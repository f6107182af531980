package io.edgeai.core.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Pickles of very many small values, as CPython writes them: everything is memoized, containers fill by thousands. */
final class LargePickles {
    private static final int BATCH = 1000;

    private LargePickles() {}

    private static byte[] latin(Consumer<PrintStream> writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.ISO_8859_1)) {
            writing.accept(out);
        }
        return bytes.toByteArray();
    }

    private static String word(String text) {
        return "\u008c" + (char) text.length() + text + "\u0094";
    }

    private static void batches(PrintStream out, int count, String end, java.util.function.IntFunction<String> item) {
        for (int i = 0; i < count; i++) {
            out.print((i % BATCH == 0 ? "(" : "") + item.apply(i));
            if (i % BATCH == BATCH - 1 || i == count - 1) {
                out.print(end);
            }
        }
    }

    /** A pipeline of a vectorizer with that vocabulary and a linear model with that array behind it. */
    static byte[] vocabulary(int words, Random random) {
        return latin(out -> {
            out.print("\u0080\4" + PickleBytes.global("sklearn.pipeline", "Pipeline") + ")\u0081\u0094}\u0094(");
            out.print(word("steps") + "]\u0094(" + word("words")
                    + PickleBytes.global("sklearn.feature_extraction.text", "CountVectorizer") + ")\u0081\u0094}(");
            out.print(word("vocabulary_") + "}\u0094");
            batches(out, words, "u", i -> word(Integer.toString(random.nextInt(), 36) + i) + PickleBytes.number(i));
            out.print("ub\u0086\u0094" + word("model")
                    + PickleBytes.global("sklearn.linear_model._logistic", "LogisticRegression") + ")\u0081\u0094}(");
            out.print(word("coef_") + PickleBytes.array("f8", PickleBytes.bytes("\0".repeat(8 * 16)), 1, 16));
            out.print(word("classes_") + PickleBytes.array("i8", PickleBytes.bytes("\0".repeat(16)), 2));
            out.print(word("n_features_in_") + PickleBytes.number(words) + word("_sklearn_version") + word("1.5.0"));
            out.print("ub\u0086\u0094e" + word("_sklearn_version") + word("1.5.0") + "ub.");
        });
    }

    /** A forest of as many trees, each an object with arrays. */
    static byte[] forest(int trees) {
        return latin(out -> {
            out.print("\u0080\4" + PickleBytes.global("sklearn.ensemble._forest", "RandomForestClassifier")
                    + ")\u0081\u0094}(");
            out.print(word("n_features_in_") + PickleBytes.number(4) + word("estimators_") + "]\u0094");
            batches(
                    out,
                    trees,
                    "e",
                    i -> PickleBytes.global("sklearn.tree._classes", "DecisionTreeClassifier") + ")\u0081\u0094}\u0094("
                            + word("max_depth") + PickleBytes.NONE + word("n_features_in_") + PickleBytes.number(4)
                            + word("values") + PickleBytes.array("f8", PickleBytes.bytes("\0".repeat(24)), 3)
                            + "\u0094ub");
            out.print(word("_sklearn_version") + word("1.5.0") + "ub.");
        });
    }

    /** An estimator with a list of tuples of two numbers. */
    static byte[] tuples(int count, Random random) {
        return latin(out -> {
            out.print("\u0080\4" + PickleBytes.global("sklearn.svm._classes", "SVC") + ")\u0081\u0094}(" + word("pairs")
                    + "]\u0094");
            batches(out, count, "e", i -> "K" + (char) random.nextInt(256) + "K\1\u0086\u0094");
            out.print(word("n_features_in_") + PickleBytes.number(7) + "ub.");
        });
    }

    /** Lists in lists in lists, and marks that no opcode ever takes. */
    static byte[] deep(int levels) {
        return latin(out -> {
            out.print(
                    "\u0080\4" + PickleBytes.global("sklearn.svm._classes", "SVC") + ")\u0081\u0094}(" + word("deep"));
            out.print("]\u0094".repeat(levels) + "a".repeat(levels - 1) + "(".repeat(levels));
        });
    }

    /** One opcode of a byte over and over: empty lists, or places of the memo. */
    static byte[] repeated(String opcodes, int times) {
        return latin(out -> {
            out.print("\u0080\4" + PickleBytes.global("sklearn.svm._classes", "SVC") + ")\u0081\u0094}(" + word("all")
                    + "](");
            out.print(opcodes.repeat(times) + "e");
            out.print("ub.");
        });
    }

    static byte[] zlib(byte[] plain) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
                out.write(plain);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PyTorch's archive of weights: a dictionary of tensors, a record of the archive each. */
    static Path torch(Path file, int tensors) throws IOException {
        byte[] pickle = latin(out -> {
            out.print("\u0080\2" + PickleBytes.global("collections", "OrderedDict") + ")Rq\0");
            batches(
                    out,
                    tensors,
                    "u",
                    i -> PickleBytes.text("layer." + i + ".weight") + "r" + PickleBytes.little(100 + 2 * i, 4)
                            + PickleBytes.global("torch._utils", "_rebuild_tensor_v2") + "(("
                            + PickleBytes.text("storage")
                            + PickleBytes.global("torch", "FloatStorage") + PickleBytes.text(Integer.toString(i))
                            + PickleBytes.text("cpu") + "K\2tQK\0K\2\u0085K\1\u0085\u0089"
                            + PickleBytes.global("collections", "OrderedDict") + ")RtRr"
                            + PickleBytes.little(101 + 2 * i, 4));
            out.print(".");
        });
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.DEFLATED);
            zip.setLevel(0);
            zip.putNextEntry(new ZipEntry("net/data.pkl"));
            zip.write(pickle);
            for (int i = 0; i < tensors; i++) {
                zip.putNextEntry(new ZipEntry("net/data/" + i));
                zip.write(new byte[8]);
            }
        }
        return file;
    }

    /** PyTorch before 1.6: four pickles one after the other, without the bytes of the storages. */
    static byte[] legacyTorch(int tensors, Path scratch) throws IOException {
        torch(scratch, tensors);
        try (java.util.zip.ZipFile zip = new java.util.zip.ZipFile(scratch.toFile())) {
            byte[] pickle = zip.getInputStream(zip.getEntry("net/data.pkl")).readAllBytes();
            String mark = "\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\2M\u00e9\3.\u0080\2}.";
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(Samples.latin(mark));
            all.write(pickle);
            return all.toByteArray();
        }
    }
}

package io.edgeai.formats.sklearn.ops;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Changes of single letters outside ASCII, which ONNX Runtime's normalizer does only in a locale the system may not have,
 * or not at all: text is taken apart into letters, each is looked up, and a Loop joins them again. Stateless.
 */
final class Letters {
    private static final int LAST = 0x10000;
    private static final String OTHER = "\u0001";
    private static final Map<String, String> LOWER = changed(letter -> letter.toLowerCase(Locale.ROOT));
    private static final Pattern MARKS = Pattern.compile("\\p{M}");

    private Letters() {}

    /** What becomes of each letter outside ASCII that does not stay as it is. */
    private static Map<String, String> changed(UnaryOperator<String> change) {
        Map<String, String> changed = new TreeMap<>();
        for (int code = 0x80; code < LAST; code++) {
            String letter = Character.toString(code);
            String other = Character.isSurrogate((char) code) ? letter : change.apply(letter);
            if (!other.equals(letter)) {
                changed.put(letter, other);
            }
        }
        return Map.copyOf(changed);
    }

    /** Texts [N] with their letters outside ASCII in lower case. */
    static String lowered(Emitter out, String texts) {
        return joined(out, texts, LOWER);
    }

    /**
     * Texts [N] in Unicode's compatibility decomposition, without what combines with a letter or, for {@code ascii},
     * without what is not ASCII; {@code lower} turns each letter into its lower case before.
     */
    static String withoutAccents(Emitter out, String texts, boolean ascii, boolean lower, boolean hangul) {
        return joined(out, texts, changed(letter -> {
            if (!ascii && !hangul && Character.UnicodeScript.of(letter.charAt(0)) == Character.UnicodeScript.HANGUL) {
                return letter;
            }
            String plain = Normalizer.normalize(lower ? letter.toLowerCase(Locale.ROOT) : letter, Normalizer.Form.NFKD);
            return ascii
                    ? plain.replaceAll("[^\\x00-\\x7f]", "")
                    : MARKS.matcher(plain).replaceAll(mark -> combines(mark.group()) ? "" : mark.group());
        }));
    }

    /** Whether the canonical combining class is not 0: whether normalization moves it before U+0345, whose class is the last. */
    private static boolean combines(String mark) {
        return mark.equals("\u0345")
                || Normalizer.normalize("\u0345" + mark, Normalizer.Form.NFD).startsWith(mark);
    }

    /** Single letters of texts [N]: STRING [N, longest], empty behind the end. */
    static String apart(Emitter out, String texts) {
        return out.node("Tokenizer", texts)
                .domain("com.microsoft")
                .attribute("mark", 0L)
                .attribute("mincharnum", 1L)
                .attribute("pad_value", "")
                .attribute("separators", new OnnxAttribute.OfStrings(List.of(ByteString.EMPTY)))
                .output(0);
    }

    private static String joined(Emitter out, String texts, Map<String, String> changes) {
        String letters = apart(out, texts);
        List<ByteString> keys = new ArrayList<>();
        List<ByteString> values = new ArrayList<>();
        new TreeMap<>(changes).forEach((letter, other) -> {
            keys.add(ByteString.copyFromUtf8(letter));
            values.add(ByteString.copyFromUtf8(other));
        });
        String found = out.node("LabelEncoder", letters)
                .domain("ai.onnx.ml")
                .attribute("keys_strings", new OnnxAttribute.OfStrings(keys))
                .attribute("values_strings", new OnnxAttribute.OfStrings(values))
                .attribute("default_string", OTHER)
                .output(0);
        String kept = out.op("Equal", found, out.strings(List.of(OTHER), 1));
        String small = out.where(kept, letters, found);
        String count =
                out.squeeze(out.node("Shape", small).attribute("start", 1L).output(0), 0);
        String rows = out.node("Shape", small)
                .attribute("start", 0L)
                .attribute("end", 1L)
                .output(0);
        String empty = out.op("Expand", out.strings(List.of(""), 1), rows);
        OnnxNode loop = out.graph()
                .add(
                        "Loop",
                        out.fresh("letters"),
                        List.of(count, out.initializer(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1})), empty),
                        List.of(out.fresh("text")));
        loop.attribute("body", new OnnxAttribute.OfGraph(body(out, small, loop.name())));
        return loop.output(0);
    }

    private static OnnxGraph body(Emitter outer, String letters, String prefix) {
        OnnxGraph graph = new OnnxGraph("letters", outer.graph().info());
        Emitter out = new Emitter(graph, prefix + "_");
        String at = out.fresh("at");
        String condition = out.fresh("condition");
        String text = out.fresh("text");
        graph.inputs().add(OnnxValue.tensor(at, ElementType.INT64));
        graph.inputs().add(OnnxValue.tensor(condition, ElementType.BOOL));
        graph.inputs().add(new OnnxValue(text, OnnxType.OfTensor.of(ElementType.STRING, -1)));
        String next = out.op("StringConcat", text, out.gather(letters, at, 1));
        String going = out.op("Identity", condition);
        graph.outputs().add(OnnxValue.tensor(going, ElementType.BOOL));
        graph.outputs().add(new OnnxValue(next, OnnxType.OfTensor.of(ElementType.STRING, -1)));
        return graph;
    }

    /** Whether lower-casing ASCII alone could miss a word: whether it has letters outside ASCII. */
    static boolean needed(String[] terms) {
        for (String term : terms) {
            if (term.chars().anyMatch(c -> c > 0x7f)) {
                return true;
            }
        }
        return false;
    }
}

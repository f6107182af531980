package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** What goes into a Core ML model or comes out of it; field numbers are those of FeatureTypes.proto. */
final class CoreMlFeatures {
    private static final int LONGEST = 256;
    private static final int OPTIONAL = 1000;
    private static final int MOST_DIMS = 32;

    private final Findings findings;
    private final String key;
    private final String what;
    private final List<TensorSpec> specs = new ArrayList<>();
    private int others;

    CoreMlFeatures(Findings findings, String key, String what) {
        this.findings = findings;
        this.key = key;
        this.what = what;
    }

    List<TensorSpec> specs() {
        return specs;
    }

    /** Whether there are features that no signature can hold. */
    boolean others() {
        return others > 0;
    }

    void add(ProtoFields feature) {
        String name = "";
        while (feature.next()) {
            if (feature.is(1, LENGTH)) {
                name = feature.text(LONGEST);
                findings.append(key, name);
            } else if (feature.is(2, LENGTH)) {
                findings.note("about " + name, feature.text(LONGEST));
            } else if (feature.is(3, LENGTH)) {
                ProtoFields type = feature.enter();
                while (type.next()) {
                    if (type.number() < OPTIONAL && type.wire() == LENGTH) {
                        type(name, type.number(), type.enter());
                    } else if (type.is(OPTIONAL, VARINT) && type.value() != 0) {
                        findings.append("may be left out", name);
                    }
                }
            }
        }
    }

    private void type(String name, int kind, ProtoFields type) {
        switch (kind) {
            case 1 -> findings.list(specs, new TensorSpec(name, ElementType.INT64, List.of()));
            case 2 -> findings.list(specs, new TensorSpec(name, ElementType.DOUBLE, List.of()));
            case 3 -> findings.list(specs, new TensorSpec(name, ElementType.STRING, List.of()));
            case 4 -> image(name, type);
            case 5 -> array(name, type);
            case 6 -> other(name, "dictionary of " + (first(type) == 1 ? "integer" : "text") + " to double");
            case 7 -> other(name, "sequence of " + (first(type) == 1 ? "integers" : "texts"));
            case 8 -> other(name, "state kept from call to call");
            default -> other(name, "value of a kind (" + kind + ") this version does not know");
        }
    }

    private void other(String name, String kind) {
        others++;
        findings.note(what + " " + name, kind);
        findings.warn("The " + what + " (" + name + ") is a " + kind + ", no tensor, and left out of the signature.");
    }

    private static int first(ProtoFields type) {
        return type.next() ? type.number() : 0;
    }

    private void image(String name, ProtoFields image) {
        long width = -1;
        long height = -1;
        int space = 0;
        List<Range> ranges = List.of();
        String sizes = "";
        while (image.next()) {
            if (image.is(1, VARINT)) {
                width = image.value();
            } else if (image.is(2, VARINT)) {
                height = image.value();
            } else if (image.is(3, VARINT)) {
                space = (int) image.value();
            } else if (image.is(21, LENGTH)) {
                sizes = ", or another of " + count(image.enter()) + " sizes";
            } else if (image.is(31, LENGTH)) {
                ranges = ranges(image.enter());
            }
        }
        boolean gray = space == 10 || space == 40;
        String colours =
                switch (space) {
                    case 10 -> "gray";
                    case 20 -> "colour, RGB";
                    case 30 -> "colour, BGR";
                    case 40 -> "gray of 16-bit floats";
                    default -> "colour";
                };
        String flexible = ranges.size() == 2 ? ", or width " + ranges.get(0) + " and height " + ranges.get(1) : sizes;
        findings.note("image " + name, width + " x " + height + ", " + colours + flexible);
        findings.list(
                specs,
                new TensorSpec(
                        name,
                        space == 40 ? ElementType.FLOAT16 : ElementType.UINT8,
                        List.of(
                                Dim.of(gray ? 1 : 3),
                                flexible.isEmpty() ? Dim.of(height) : Dim.UNKNOWN,
                                flexible.isEmpty() ? Dim.of(width) : Dim.UNKNOWN)));
    }

    private void array(String name, ProtoFields array) {
        List<Dim> dims = new ArrayList<>();
        List<Range> ranges = List.of();
        ElementType type = ElementType.FLOAT;
        while (array.next()) {
            if (array.is(1, VARINT) && dims.size() < MOST_DIMS) {
                dims.add(Dim.of(array.value()));
            } else if (array.is(1, LENGTH)) {
                array.packed().forEach(size -> dims.add(Dim.of(size)));
            } else if (array.is(2, VARINT)) {
                type = element((int) array.value());
            } else if (array.is(21, LENGTH)) {
                findings.note("shapes of " + name, "one of " + count(array.enter()) + "; the first is listed");
            } else if (array.is(31, LENGTH)) {
                ranges = ranges(array.enter());
            }
        }
        if (!ranges.isEmpty()) {
            findings.note("shapes of " + name, ranges.toString());
            dims.clear();
            ranges.forEach(range -> dims.add(range.low() == range.high() ? Dim.of(range.low()) : Dim.UNKNOWN));
        }
        if (dims.isEmpty()) {
            findings.unranked(name);
        }
        findings.list(specs, new TensorSpec(name, type, dims));
    }

    private static ElementType element(int code) {
        return switch (code) {
            case 65552 -> ElementType.FLOAT16;
            case 65600 -> ElementType.DOUBLE;
            case 131104 -> ElementType.INT32;
            case 131080 -> ElementType.INT8;
            default -> ElementType.FLOAT;
        };
    }

    /** Sizes from {@code low} to {@code high}, or without an end where that is negative. */
    private record Range(long low, long high) {
        @Override
        public String toString() {
            return low == high ? Long.toString(low) : low + (high < 0 ? " or more" : ".." + high);
        }
    }

    private static List<Range> ranges(ProtoFields list) {
        List<Range> ranges = new ArrayList<>();
        while (list.next() && ranges.size() < MOST_DIMS) {
            if (list.wire() == LENGTH) {
                long low = 0;
                long high = 0;
                ProtoFields range = list.enter();
                while (range.next()) {
                    low = range.is(1, VARINT) ? range.value() : low;
                    high = range.is(2, VARINT) ? range.value() : high;
                }
                ranges.add(new Range(low, high));
            }
        }
        return ranges;
    }

    private static int count(ProtoFields list) {
        int n = 0;
        while (list.next()) {
            n += list.is(1, LENGTH) ? 1 : 0;
        }
        return n;
    }
}

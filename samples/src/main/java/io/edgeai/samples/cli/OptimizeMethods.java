package io.edgeai.samples.cli;

import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.search.Preference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code optimize} that say how. */
final class OptimizeMethods {
    @Option(names = "--int8", paramLabel = "static|dynamic", description = "8-bit weights; static also activations.")
    private @Nullable String int8;

    @Option(names = "--fp16", description = "16-bit weights instead.")
    private boolean fp16;

    @Option(names = "--bf16", description = "16-bit weights with the range of 32 bits (bfloat16).")
    private boolean bf16;

    @Option(
            names = "--simplify",
            description = "Only what leaves every answer as it is: nodes joined, trees in a third of the bytes.")
    private boolean simplify;

    @Option(names = "--int4", description = "4-bit weights of matrix products and embeddings instead.")
    private boolean int4;

    @Option(
            names = "--auto",
            description =
                    "Tries every way and writes the best that is proven: never slower, never below --keep. This is"
                            + " what happens where no way is named.")
    private boolean auto;

    @Option(names = "--prefer", paramLabel = "balanced|speed|size", description = "What --auto prefers.")
    private @Nullable String prefer;

    @Option(
            names = "--prune",
            paramLabel = "SHARE",
            description = "Removes this share of the channels first, e.g. 0.2; with --calibration layers are repaired.")
    private @Nullable Double prune;

    @Option(
            names = "--prune-macs",
            paramLabel = "TIMES",
            description = "Prunes until so many times fewer multiplications are left, e.g. 2.1; for speed.")
    private @Nullable Double macs;

    @Option(
            names = "--prune-parameters",
            paramLabel = "TIMES",
            description = "Prunes until so many times fewer parameters are left, after the others; for size.")
    private @Nullable Double parameters;

    boolean prunes() {
        return prune != null || macs != null || parameters != null;
    }

    private PruneBudget[] budgets() {
        List<PruneBudget> budgets = new ArrayList<>();
        if (prune != null) {
            budgets.add(PruneBudget.channels(prune));
        }
        if (macs != null) {
            budgets.add(PruneBudget.macs(macs));
        }
        if (parameters != null) {
            budgets.add(PruneBudget.parameters(parameters));
        }
        return budgets.toArray(PruneBudget[]::new);
    }

    /** Whether static INT8 may be the outcome. */
    boolean staticInt8(boolean calibrates, boolean student) {
        return staticByName() || (calibrates && automatic(student));
    }

    /** Whether all ways are tried: asked for, or since none is named. */
    boolean automatic(boolean student) {
        return auto || (!named() && !prunes() && !student);
    }

    /** Whether weights go into blocks of 4 bits. */
    boolean int4() {
        return int4;
    }

    /** Whether static INT8 is asked for by name. */
    boolean staticByName() {
        return "static".equalsIgnoreCase(int8);
    }

    /** Whether one way is asked for, or all. */
    boolean named() {
        return auto || int8 != null || fp16 || bf16 || int4 || simplify;
    }

    void check(boolean calibrates, List<String> problems) {
        List<String> ways = new ArrayList<>();
        if (int8 != null) {
            ways.add("--int8 (" + int8 + ")");
        }
        if (int4) {
            ways.add("--int4");
        }
        if (fp16) {
            ways.add("--fp16");
        }
        if (bf16) {
            ways.add("--bf16");
        }
        if (simplify) {
            ways.add("--simplify");
        }
        if (int8 != null && !int8.equalsIgnoreCase("static") && !int8.equalsIgnoreCase("dynamic")) {
            problems.add("--int8 (" + int8 + ") must be static or dynamic");
        }
        if (ways.size() > 1) {
            problems.add(String.join(" and ", ways) + " exclude each other");
        }
        if (auto && !ways.isEmpty()) {
            problems.add("--auto tries all ways, so " + ways.get(0) + " excludes it");
        }
        if (prefer != null && preference() == null) {
            problems.add("--prefer (" + prefer + ") must be balanced, speed or size");
        }
        if ("static".equalsIgnoreCase(int8) && !calibrates) {
            problems.add("--int8 (static) needs --calibration FILE with typical inputs, which --int8 dynamic does not");
        }
    }

    /**
     * Writes the method into a recipe: all ways are tried where none is named.
     *
     * @param forms in which form
     * @param enough whether something else is asked for that is a way of its own
     */
    void apply(Recipe.Builder recipe, OptimizeForms forms, @Nullable CalibrationData typical, boolean enough) {
        recipe.prune(budgets());
        if (fp16) {
            if (typical == null) {
                recipe.fp16();
            } else {
                recipe.fp16(typical);
            }
        } else if (bf16) {
            recipe.bf16();
        } else if (simplify) {
            recipe.simplify();
        } else if (int4) {
            forms.int4(recipe, typical);
        } else if ("static".equalsIgnoreCase(int8) && typical != null) {
            recipe.int8(typical);
        } else if (int8 != null) {
            recipe.int8Dynamic();
        } else if (auto || (!prunes() && !enough)) {
            if (typical == null) {
                recipe.auto();
            } else {
                recipe.auto(typical);
            }
        }
        Preference wish = preference();
        if (wish != null) {
            recipe.prefer(wish);
        }
    }

    private @Nullable Preference preference() {
        return Arrays.stream(Preference.values())
                .filter(value -> value.name().equalsIgnoreCase(prefer))
                .findFirst()
                .orElse(null);
    }
}

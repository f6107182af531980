package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.samples.data.CsvTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Matches files with a model's inputs: by the name before {@code =}, by the names of arrays or columns, or, where one
 * input is left, by being the only one. Then gives each the type and shape the model wants. Single-use, not
 * thread-safe.
 */
public final class InputBinding {
    private final Signature signature;
    private final Map<String, Feed> feeds = new LinkedHashMap<>();
    private final List<String> notices = new ArrayList<>();
    private boolean samples;

    private InputBinding(Signature signature) {
        this.signature = signature;
    }

    /**
     * Reads and matches files.
     *
     * @param arguments each {@code file} or {@code input=file}
     * @throws InvalidInputException where an input has no data, or data has no input
     */
    public static InputBinding of(Signature signature, List<String> arguments, InputData.Reading how) {
        InputBinding binding = new InputBinding(signature);
        Set<String> names = signature.inputs().stream().map(TensorSpec::name).collect(Collectors.toSet());
        List<String> unnamed = new ArrayList<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0 && (names.contains(argument.substring(0, equals)) || !Files.exists(Path.of(argument)))) {
                String name = argument.substring(0, equals);
                TensorSpec spec = signature.input(name);
                if (binding.feeds.containsKey(name)) {
                    throw new InvalidInputException("Input (" + name + ") is given twice, the second time by ("
                            + argument + "). Maybe leave one out.");
                }
                binding.one(spec, InputData.read(Path.of(argument.substring(equals + 1)), how, names), argument);
            } else {
                unnamed.add(argument);
            }
        }
        for (String argument : unnamed) {
            binding.any(InputData.read(Path.of(argument), how, names), argument);
        }
        return binding.complete();
    }

    /** Matches tensors by the names of inputs. */
    public static InputBinding of(Signature signature, Map<String, Tensor> tensors) {
        InputBinding binding = new InputBinding(signature);
        binding.named(new InputData.Named(tensors, false), "given tensors");
        return binding.complete();
    }

    private InputBinding complete() {
        List<TensorSpec> missing = open();
        if (!missing.isEmpty()) {
            throw new InvalidInputException("The model's inputs (" + missing + ") have no data. Maybe add --input "
                    + missing.get(0).name() + "=FILE.");
        }
        return this;
    }

    private List<TensorSpec> open() {
        return signature.inputs().stream()
                .filter(spec -> !feeds.containsKey(spec.name()))
                .toList();
    }

    private void one(TensorSpec spec, InputData data, String argument) {
        if (data instanceof InputData.Single single) {
            bind(spec, single.tensor(), single.samples());
        } else if (data instanceof InputData.Table table) {
            CsvTable.Column column = table.table().column(spec.name());
            bind(
                    spec,
                    column != null && spec.elements() == 1
                            ? column.tensor()
                            : table.table().matrix(spec.type() == ElementType.FLOAT),
                    true);
        } else if (data instanceof InputData.Named named) {
            Tensor tensor = named.byName().get(spec.name());
            if (tensor == null && named.byName().size() != 1) {
                throw new InvalidInputException("Argument (" + argument + ") holds arrays ("
                        + named.byName().keySet() + "), none of which is called (" + spec.name()
                        + "). Maybe name that input's file alone.");
            }
            bind(
                    spec,
                    tensor != null ? tensor : named.byName().values().iterator().next(),
                    named.samples());
        }
    }

    private void any(InputData data, String argument) {
        List<TensorSpec> open = open();
        if (open.isEmpty()) {
            throw new InvalidInputException("Argument (" + argument + ") has no input left to feed; the model has "
                    + signature.inputs() + ". Maybe leave it out.");
        }
        if (data instanceof InputData.Named named) {
            named(named, argument);
        } else if (data instanceof InputData.Table table) {
            table(table.table(), open, argument);
        } else if (open.size() == 1) {
            one(open.get(0), data, argument);
        } else {
            throw new InvalidInputException("Argument (" + argument + ") could feed any of the inputs (" + open
                    + "). Maybe write " + open.get(0).name() + "=" + argument + ".");
        }
    }

    private void named(InputData.Named data, String argument) {
        List<TensorSpec> open = open();
        Set<String> unused = new LinkedHashSet<>(data.byName().keySet());
        for (TensorSpec spec : open) {
            Tensor tensor = data.byName().get(spec.name());
            if (tensor != null) {
                bind(spec, tensor, data.samples());
                unused.remove(spec.name());
            }
        }
        if (unused.size() == data.byName().size() && unused.size() == open.size()) {
            List<Tensor> tensors = new ArrayList<>(data.byName().values());
            for (int i = 0; i < open.size(); i++) {
                bind(open.get(i), tensors.get(i), data.samples());
            }
            unused.clear();
        }
        if (unused.size() == data.byName().size() && !unused.isEmpty()) {
            throw new InvalidInputException(
                    "Argument (" + argument + ") holds (" + unused + "), of which none is an" + " input of the model: "
                            + open + ". Maybe write " + open.get(0).name() + "=FILE for each.");
        }
        if (!unused.isEmpty()) {
            notices.add("(" + argument + ") also holds " + unused + ", which the model does not take");
        }
    }

    private void table(CsvTable table, List<TensorSpec> open, String argument) {
        boolean byName = open.stream().allMatch(spec -> table.column(spec.name()) != null && spec.elements() == 1);
        if (byName) {
            for (TensorSpec spec : open) {
                CsvTable.Column column = table.column(spec.name());
                if (column != null) {
                    bind(spec, column.tensor(), true);
                }
            }
            if (table.columns().size() > open.size()) {
                notices.add("(" + argument + ") has " + (table.columns().size() - open.size())
                        + " columns that the model does not take");
            }
        } else if (open.size() == 1) {
            bind(open.get(0), table.matrix(open.get(0).type() == ElementType.FLOAT), true);
        } else {
            throw new InvalidInputException("Table (" + argument + ") has columns ("
                    + table.columns().stream()
                            .map(CsvTable.Column::name)
                            .limit(20)
                            .toList()
                    + ") but not one for each of the inputs " + open + ". Maybe write "
                    + open.get(0).name()
                    + "=FILE for each.");
        }
    }

    private void bind(TensorSpec spec, Tensor tensor, boolean rows) {
        feeds.put(spec.name(), Feed.fit(spec, TensorCast.to(spec.type(), tensor, spec.name())));
        samples |= rows;
    }

    /** The tensors of one run of at most {@code samples} samples, the first ones; for measuring. */
    public Map<String, Tensor> firstRun(int samples) {
        Map<String, Tensor> run = new LinkedHashMap<>();
        feeds.forEach((name, feed) -> {
            long most = feed.perRun() > 0 ? feed.perRun() : samples;
            run.put(name, feed.slice(0, Math.min(most, feed.samples())));
        });
        return run;
    }

    /**
     * How many runs of the fewest samples there are: one for each sample where the model takes any number.
     *
     * @throws InvalidInputException where inputs hold different numbers of samples
     */
    public int runs() {
        long[] counts = feeds.values().stream()
                .filter(feed -> feed.perRun() != Feed.WHOLE)
                .mapToLong(feed -> feed.samples() / Math.max(1, feed.perRun()))
                .distinct()
                .toArray();
        if (counts.length > 1) {
            throw new InvalidInputException("The inputs hold different numbers of samples (" + Arrays.toString(counts)
                    + "). Maybe files of different sets were given.");
        }
        return counts.length == 0 ? 1 : (int) counts[0];
    }

    /** The tensors of one of {@link #runs()}. */
    public Map<String, Tensor> run(int index) {
        Map<String, Tensor> run = new LinkedHashMap<>();
        feeds.forEach((name, feed) -> {
            long step = Math.max(1, feed.perRun());
            run.put(name, feed.slice(index * step, (index + 1) * step));
        });
        return run;
    }

    Map<String, Feed> feeds() {
        return feeds;
    }

    /** Whether the data says by its kind (CSV, JSON, IDX) that its first dimension counts samples. */
    boolean samples() {
        return samples;
    }

    /** What was left out, one line each. */
    public List<String> notices() {
        return List.copyOf(notices);
    }
}

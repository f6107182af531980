package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.Cells;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Samples and labels from files, as an optimizer wants them: one run each. Stateless and thread-safe. */
public final class SampleFiles {
    private SampleFiles() {}

    /**
     * At most {@code most} samples of files, evenly spaced over them so that sorted files lose no class.
     *
     * @param arguments each {@code file} or {@code input=file}
     */
    public static List<Map<String, Tensor>> samples(
            Signature signature, List<String> arguments, InputData.Reading how, int most) {
        InputBinding binding = InputBinding.of(signature, arguments, how);
        int[] picked = spread(binding.runs(), most);
        List<Map<String, Tensor>> samples = new ArrayList<>(picked.length);
        for (int index : picked) {
            samples.add(binding.run(index));
        }
        return samples;
    }

    /**
     * As many labels as {@link #samples} takes of a file with as many samples.
     *
     * @throws InvalidInputException where it does not hold one whole number, from 0 on, for each sample
     */
    public static int[] labels(Path file, int most) {
        int[] all = labels(file);
        int[] picked = spread(all.length, most);
        int[] labels = new int[picked.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = all[picked[i]];
        }
        return labels;
    }

    private static int[] labels(Path file) {
        InputData data = InputData.read(file, InputData.Reading.DEFAULT, Set.of());
        Tensor tensor;
        if (data instanceof InputData.Single single) {
            tensor = single.tensor();
        } else if (data instanceof InputData.Named named && named.byName().size() == 1) {
            tensor = named.byName().values().iterator().next();
        } else if (data instanceof InputData.Table table
                && table.table().columns().size() == 1) {
            tensor = table.table().columns().get(0).tensor();
        } else {
            throw new InvalidInputException(
                    "Labels (" + file + ") are not one array. Maybe name a file that holds the labels alone.");
        }
        Cells cells = Cells.of(tensor);
        int[] labels = new int[(int) tensor.elements()];
        for (int i = 0; i < labels.length; i++) {
            if (!(cells.at(i) instanceof Number number)
                    || number.doubleValue() != Math.rint(number.doubleValue())
                    || number.doubleValue() < 0
                    || number.doubleValue() > Integer.MAX_VALUE) {
                throw new InvalidInputException("Label (" + cells.text(i) + ") at " + i + " of (" + file
                        + ") is no class index. Maybe the labels must be numbered from 0.");
            }
            labels[i] = number.intValue();
        }
        return labels;
    }

    private static int[] spread(int count, int most) {
        int[] picked = new int[Math.min(count, most)];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = (int) ((long) i * count / picked.length);
        }
        return picked;
    }
}

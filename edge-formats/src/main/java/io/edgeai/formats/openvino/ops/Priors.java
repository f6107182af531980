package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * PriorBox (sets 1 and 8) and PriorBoxClustered: boxes around the places of a feature map, which depend on its size and
 * the image's only and are computed while importing (docs.openvino.ai, PriorBox-8).
 */
final class Priors {
    private static final int MOST_BOXES = 1 << 20;

    private final Layer op;
    private final long rows;
    private final long columns;
    private final long height;
    private final long width;
    private final List<float[]> boxes = new ArrayList<>();

    private Priors(Layer op) {
        this.op = op;
        long[] map = op.fixedLongs(0, "map size");
        long[] image = op.fixedLongs(1, "image size");
        if (map.length != 2 || image.length != 2 || map[0] < 1 || map[1] < 1) {
            throw new Unmapped("has a map of unknown size");
        }
        if (Math.max(map[0], map[1]) > MOST_BOXES || map[0] * map[1] > MOST_BOXES) {
            throw new Unmapped("has a map of (" + map[0] + "," + map[1] + ")");
        }
        this.rows = map[0];
        this.columns = map[1];
        this.height = image[0];
        this.width = image[1];
    }

    static void priorBox(Layer op) {
        Priors priors = new Priors(op);
        priors.fill();
        priors.write();
    }

    static void clustered(Layer op) {
        Priors priors = new Priors(op);
        priors.fillClustered();
        priors.write();
    }

    private void add(float x, float y, float halfWidth, float halfHeight) {
        if (boxes.size() == MOST_BOXES) {
            throw new Unmapped("has more than " + MOST_BOXES + " boxes");
        }
        boxes.add(new float[] {
            (x - halfWidth) / width, (y - halfHeight) / height, (x + halfWidth) / width, (y + halfHeight) / height
        });
    }

    private void fill() {
        float[] minimums = op.reals("min_size");
        float[] maximums = op.reals("max_size");
        float[] sizes = op.reals("fixed_size");
        boolean all = op.flag("scale_all_sizes", true);
        float step = op.real("step", 0);
        if (!all) { // sizes are parts of the image's height then
            step = step == -1 ? (float) height / rows : step * height;
            for (int i = 0; i < minimums.length; i++) {
                minimums[i] *= height;
            }
        }
        List<Float> ratios = ratios();
        boolean minMaxFirst = op.flag("min_max_aspect_ratios_order", true);
        float offset = op.real("offset", 0);
        for (long r = 0; r < rows; r++) {
            for (long c = 0; c < columns; c++) {
                float x = step == 0 ? (c + .5f) * ((float) width / columns) : (offset + c) * step;
                float y = step == 0 ? (r + .5f) * ((float) height / rows) : (offset + r) * step;
                for (int s = 0; s < sizes.length; s++) {
                    dense(x, y, s, sizes[s], ratios);
                }
                for (int s = 0; s < minimums.length; s++) {
                    add(x, y, minimums[s] / 2, minimums[s] / 2);
                    float between = s < maximums.length ? (float) Math.sqrt(minimums[s] * maximums[s]) / 2 : 0;
                    if (minMaxFirst && s < maximums.length) {
                        add(x, y, between, between);
                    }
                    if (all || s == minimums.length - 1) {
                        float size = minimums[all ? s : 0];
                        for (float ratio : ratios) {
                            float root = (float) Math.sqrt(ratio);
                            add(x, y, size / 2 * root, size / 2 / root);
                        }
                    }
                    if (!minMaxFirst && s < maximums.length) {
                        add(x, y, between, between);
                    }
                }
            }
        }
    }

    /** Ratios of width to height, squares left out. */
    private List<Float> ratios() {
        List<Float> ratios = new ArrayList<>(List.of(1f));
        for (float ratio : op.reals("aspect_ratio")) {
            if (ratios.stream().noneMatch(r -> Math.abs(r - ratio) < 1e-6)) {
                ratios.add(ratio);
                if (op.flag("flip", false)) {
                    ratios.add(1 / ratio);
                }
            }
        }
        ratios.removeIf(r -> Math.abs(r - 1) < 1e-6);
        return ratios;
    }

    /** Several boxes of one size, shifted within it by whole steps and kept inside the image. */
    private void dense(float x, float y, int index, float size, List<Float> ratios) {
        float[] fixedRatios = op.reals("fixed_ratio");
        float[] densities = op.reals("density");
        if (index >= densities.length || densities[index] < 1) {
            throw new Unmapped("has no density for its size (" + size + ")");
        }
        List<Float> own = new ArrayList<>();
        if (fixedRatios.length > 0) {
            for (float ratio : fixedRatios) {
                own.add(ratio);
            }
        } else {
            own.add(1f);
            own.addAll(ratios);
        }
        int density = (int) densities[index];
        int shift = (int) (size / density);
        int half = (int) size / 2;
        for (float ratio : own) {
            float root = (float) Math.sqrt(ratio);
            float whole = fixedRatios.length == 0 && ratio == 1 ? (int) size : size;
            for (int r = 0; r < density; r++) {
                for (int c = 0; c < density; c++) {
                    add(
                            x - half + shift / 2f + c * shift,
                            y - half + shift / 2f + r * shift,
                            whole / 2 * root,
                            whole / 2 / root);
                    float[] box = boxes.get(boxes.size() - 1);
                    box[0] = Math.max(0, box[0]);
                    box[1] = Math.max(0, box[1]);
                    box[2] = Math.min(1, box[2]);
                    box[3] = Math.min(1, box[3]);
                }
            }
        }
    }

    private void fillClustered() {
        float[] widths = op.reals("width");
        float[] heights = op.reals("height");
        float step = op.real("step", 0);
        float stepX = op.real("step_w", 0) == 0 ? step : op.real("step_w", 0);
        float stepY = op.real("step_h", 0) == 0 ? step : op.real("step_h", 0);
        if (stepX == 0 && stepY == 0) {
            stepX = (float) width / columns;
            stepY = (float) height / rows;
        }
        float offset = op.real("offset", 0);
        if (widths.length != heights.length) {
            throw new Unmapped("has " + widths.length + " widths and " + heights.length + " heights");
        }
        for (long r = 0; r < rows; r++) {
            for (long c = 0; c < columns; c++) {
                for (int s = 0; s < widths.length; s++) {
                    add((c + offset) * stepX, (r + offset) * stepY, widths[s] / 2, heights[s] / 2);
                }
            }
        }
    }

    private void write() {
        float[] variance = op.reals("variance");
        variance = variance.length == 0 ? new float[] {.1f} : variance;
        if (variance.length != 1 && variance.length != 4) {
            throw new Unmapped("has " + variance.length + " variances");
        }
        boolean clip = op.flag("clip", false);
        float[] all = new float[boxes.size() * 8];
        for (int b = 0; b < boxes.size(); b++) {
            for (int i = 0; i < 4; i++) {
                float place = boxes.get(b)[i];
                all[4 * b + i] = clip ? Math.max(0, Math.min(1, place)) : place;
                all[4 * boxes.size() + 4 * b + i] = variance[variance.length == 1 ? 0 : i];
            }
        }
        op.out(op.emit.constant(op.ir.name(), OnnxTensor.ofFloats(all, 2, 4L * boxes.size())));
    }
}

package io.edgeai.samples.labelled;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.DataShape;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.samples.data.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table with a header, a row for each sample: a column of labels and columns of numbers. Where the federation names its
 * features, columns are taken by name in any order and others are left alone; else all but the labels are features, in order.
 */
final class LabelledTable {
    private final CsvTable table;
    private final Path file;
    private final DataShape shape;
    private final CsvTable.Column labels;

    LabelledTable(CsvTable table, Path file, String label, DataShape shape) {
        this.table = table;
        this.file = file;
        this.shape = shape;
        this.labels = required(label, "Maybe name the column of labels, --label NAME");
    }

    LabelledSet read() {
        List<CsvTable.Column> features = features();
        int width = features.size();
        if ((long) table.rows() * width > Integer.MAX_VALUE - 16) {
            throw new InvalidInputException("Table (" + file + ") has (" + (long) table.rows() * width
                    + ") numbers, more than an array holds. Maybe take a part of its rows.");
        }
        float[] values = new float[table.rows() * width];
        for (int c = 0; c < width; c++) {
            CsvTable.Column column = features.get(c);
            for (int r = 0; r < table.rows(); r++) {
                values[r * width + c] = number(column, r);
            }
        }
        int[] classes = new int[table.rows()];
        ClassNames names = new ClassNames(shape);
        for (int r = 0; r < classes.length; r++) {
            classes[r] = names.of(label(r), "in row " + (r + 1) + " of (" + file + ")");
        }
        return LabelledSet.of(values, width, classes, shape.classes());
    }

    private CsvTable.Column required(String name, String repair) {
        CsvTable.Column column = table.column(name);
        if (column == null) {
            throw new InvalidInputException("Table (" + file + ") has no column (" + name + ") but "
                    + table.columns().stream()
                            .map(CsvTable.Column::name)
                            .limit(20)
                            .toList()
                    + ". " + repair + ".");
        }
        return column;
    }

    private List<CsvTable.Column> features() {
        List<CsvTable.Column> features = new ArrayList<>();
        for (String name : shape.featureNames()) {
            features.add(required(name, "Maybe it is called otherwise here: the description's data.features names it"));
        }
        if (features.isEmpty()) {
            features.addAll(table.columns());
            features.remove(labels);
        }
        if (features.contains(labels)) {
            throw new InvalidInputException("Column (" + labels.name() + ") of (" + file
                    + ") holds the labels and is a feature too. Maybe name another column, --label NAME.");
        }
        if (features.size() != shape.features()) {
            throw new InvalidInputException("Table (" + file + ") has (" + features.size() + ") columns beside ("
                    + labels.name() + "), the federation's samples have " + shape.features()
                    + " features. Maybe remove columns that are none, or name features in the description.");
        }
        for (CsvTable.Column feature : features) {
            if (feature.kind() == CsvTable.Kind.TEXT) {
                throw new InvalidInputException(
                        "Column (" + feature.name() + ") of (" + file + ") holds text, in row 1 (" + feature.text(0)
                                + "), and features are numbers. Maybe write a number for each category.");
            }
        }
        return features;
    }

    private float number(CsvTable.Column column, int row) {
        float number = (float) column.number(row);
        if (!Float.isFinite(number)) {
            throw new InvalidInputException("Column (" + column.name() + ") has "
                    + (Double.isNaN(column.number(row)) ? "no number" : "(" + column.number(row) + ")") + " in row "
                    + (row + 1) + " of (" + file + "). Maybe fill in what is missing, or remove the row.");
        }
        return number;
    }

    private String label(int row) {
        return switch (labels.kind()) {
            case TEXT -> labels.text(row);
            case WHOLE -> Long.toString(labels.whole(row));
            case NUMBER -> Double.isNaN(labels.number(row)) ? "" : ClassNames.written(labels.number(row));
        };
    }
}

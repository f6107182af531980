package io.edgeai.placement.ortools;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.LinearExpr;
import io.edgeai.placement.solver.Group;
import io.edgeai.placement.solver.Instance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules about sites: replicas of one group apart, groups together on one site, groups never on one. */
final class SiteRules {
    private final Instance instance;
    private final CpModel model;
    private final List<Map<Integer, List<CpModelBuilder.Use>>> bySite = new ArrayList<>();

    SiteRules(Instance instance, List<List<CpModelBuilder.Use>> byGroup, CpModel model) {
        this.instance = instance;
        this.model = model;
        for (List<CpModelBuilder.Use> uses : byGroup) {
            Map<Integer, List<CpModelBuilder.Use>> sites = new TreeMap<>();
            uses.forEach(use -> sites.computeIfAbsent(use.option().site(), site -> new ArrayList<>())
                    .add(use));
            bySite.add(sites);
        }
    }

    /** False where groups that must stand together have no site in common. */
    boolean add() {
        boolean possible = true;
        Set<Integer> settled = new HashSet<>();
        for (int g = 0; g < bySite.size(); g++) {
            Group group = instance.groups().get(g);
            apart(g, group.apart());
            if (!group.near().isEmpty() && !settled.contains(g)) {
                Set<Integer> company = company(g);
                settled.addAll(company);
                possible &= together(company);
            }
            for (int other : group.away()) {
                if (other > g) {
                    away(g, other);
                }
            }
        }
        return possible;
    }

    private void apart(int g, Group.Apart apart) {
        if (apart == Group.Apart.NONE) {
            return;
        }
        Map<Integer, List<CpModelBuilder.Use>> areas = new TreeMap<>();
        bySite.get(g).forEach((site, uses) -> areas.computeIfAbsent(
                        apart == Group.Apart.SITE ? site : instance.regions().get(site), area -> new ArrayList<>())
                .addAll(uses));
        areas.values().forEach(uses -> model.addLessOrEqual(CpModelBuilder.sum(uses), 1));
    }

    /** One site has all replicas of the whole company. */
    private boolean together(Set<Integer> company) {
        Set<Integer> common = null;
        for (int g : company) {
            if (common == null) {
                common = new TreeSet<>(bySite.get(g).keySet());
            } else {
                common.retainAll(bySite.get(g).keySet());
            }
        }
        Map<Integer, BoolVar> here = new TreeMap<>();
        for (int site : common == null ? Collections.<Integer>emptySet() : common) {
            here.put(site, model.newBoolVar(""));
        }
        if (here.isEmpty()) {
            return false;
        }
        model.addExactlyOne(here.values().toArray(BoolVar[]::new));
        for (int g : company) {
            int replicas = instance.groups().get(g).replicas();
            bySite.get(g).forEach((site, uses) -> {
                BoolVar chosen = here.get(site);
                if (chosen == null) {
                    model.addEquality(CpModelBuilder.sum(uses), 0);
                } else {
                    model.addEquality(CpModelBuilder.sum(uses), LinearExpr.term(chosen, replicas));
                }
            });
        }
        return true;
    }

    private void away(int g, int other) {
        bySite.get(g).forEach((site, mine) -> {
            List<CpModelBuilder.Use> theirs = bySite.get(other).get(site);
            if (theirs != null) {
                BoolVar first = model.newBoolVar("");
                int many = instance.groups().get(g).replicas();
                int others = instance.groups().get(other).replicas();
                model.addLessOrEqual(CpModelBuilder.sum(mine), LinearExpr.term(first, many));
                model.addLessOrEqual(CpModelBuilder.sum(theirs), LinearExpr.affine(first, -others, others));
            }
        });
    }

    private Set<Integer> company(int g) {
        Set<Integer> company = new TreeSet<>();
        List<Integer> open = new ArrayList<>(List.of(g));
        while (!open.isEmpty()) {
            int next = open.remove(open.size() - 1);
            if (company.add(next)) {
                open.addAll(instance.groups().get(next).near());
            }
        }
        return company;
    }
}

/**
 * Questions to trained networks: how accurate they are on a split, which labels they contradict,
 * how much computation they can skip, and which layers store what they memorized.
 *
 * <p>A study opens a network ({@link dev.softgate.run.TrainedNetwork}), evaluates it on images
 * ({@link dev.softgate.study.EvaluationImages}) and returns a report, a record whose components are
 * the keys of the command's JSON; most also write a table into the run's folder. {@link
 * dev.softgate.study.SkipReporter} and {@link dev.softgate.study.ScoreReporter} carry out all that
 * one command may be asked to do. Start with {@link dev.softgate.study.SplitEvaluation}, then
 * {@link dev.softgate.study.LabelStudy} and {@link dev.softgate.study.SkipStudy}.
 */
@NullMarked
package dev.softgate.study;

import org.jspecify.annotations.NullMarked;

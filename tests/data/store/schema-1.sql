-- SPDX-License-Identifier: MIT
-- schema-1.sql - a store of schema 1 as the daemon left it in the plan's first days (mails cut short).
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT;
INSERT INTO counter VALUES('occurrence',118);
INSERT INTO counter VALUES('item',54);
INSERT INTO counter VALUES('job',56);
INSERT INTO counter VALUES('notice',25);
INSERT INTO counter VALUES('survey',2);
INSERT INTO counter VALUES('survey_question',3);
INSERT INTO counter VALUES('survey_form',2);
INSERT INTO counter VALUES('survey_batch',2);
INSERT INTO counter VALUES('survey_unit',2);
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO setting VALUES('zone','Europe/London');
INSERT INTO setting VALUES('send_at_min','510');
INSERT INTO setting VALUES('templates','/srv/coprod/config/templates');
INSERT INTO setting VALUES('trust.name','Example Health and Care NHS Trust');
INSERT INTO setting VALUES('trust.url','https://www.example.nhs.uk');
INSERT INTO setting VALUES('trust.formats_contact','Communications Team, communications@example.nhs.uk');
INSERT INTO setting VALUES('state_dir','/srv/coprod/state');
INSERT INTO setting VALUES('mail.mode','maildir');
INSERT INTO setting VALUES('mail.host','localhost');
INSERT INTO setting VALUES('mail.port','25');
INSERT INTO setting VALUES('mail.tls','starttls');
INSERT INTO setting VALUES('mail.user','');
INSERT INTO setting VALUES('mail.password_file','');
INSERT INTO setting VALUES('mail.ca_file','');
INSERT INTO setting VALUES('mail.from','co-production-plan@example.nhs.uk');
INSERT INTO setting VALUES('mail.maildir','/srv/coprod/mail');
INSERT INTO setting VALUES('mail.timeout_s','20');
INSERT INTO setting VALUES('world.revision','2');
INSERT INTO setting VALUES('calendar.hash','1f5c18c4f1500f2aa336d3fb0bdd5eabbfcbcb2de1079ffce96f40589ab209bf');
INSERT INTO setting VALUES('roster.hash','96c6e2039a2b0aade316182f0d4457275702e1aebbf916115d21422defa0373e');
INSERT INTO setting VALUES('calendar.applied','1f5c18c4f1500f2aa336d3fb0bdd5eabbfcbcb2de1079ffce96f40589ab209bf');
INSERT INTO setting VALUES('policy.high_ms','1420675199999');
INSERT INTO setting VALUES('survey.key_check','bd8c59e1f6074c589cfcd7cdafe23fc7ea6a461a76606f33fa73161e0b693272');
INSERT INTO setting VALUES('mail.held','looking first');
CREATE TABLE calendar_day (
    day INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2))
) STRICT;
INSERT INTO calendar_day VALUES(15341,1);
INSERT INTO calendar_day VALUES(15436,1);
INSERT INTO calendar_day VALUES(15439,1);
INSERT INTO calendar_day VALUES(15467,1);
INSERT INTO calendar_day VALUES(15495,1);
INSERT INTO calendar_day VALUES(15496,1);
INSERT INTO calendar_day VALUES(15579,1);
INSERT INTO calendar_day VALUES(15699,1);
INSERT INTO calendar_day VALUES(15700,1);
INSERT INTO calendar_day VALUES(15706,1);
INSERT INTO calendar_day VALUES(15793,1);
INSERT INTO calendar_day VALUES(15796,1);
INSERT INTO calendar_day VALUES(15831,1);
INSERT INTO calendar_day VALUES(15852,1);
INSERT INTO calendar_day VALUES(15943,1);
INSERT INTO calendar_day VALUES(16064,1);
INSERT INTO calendar_day VALUES(16065,1);
INSERT INTO calendar_day VALUES(16071,1);
INSERT INTO calendar_day VALUES(16178,1);
INSERT INTO calendar_day VALUES(16181,1);
INSERT INTO calendar_day VALUES(16195,1);
INSERT INTO calendar_day VALUES(16216,1);
INSERT INTO calendar_day VALUES(16307,1);
INSERT INTO calendar_day VALUES(16429,1);
INSERT INTO calendar_day VALUES(16430,1);
INSERT INTO calendar_day VALUES(16436,1);
INSERT INTO calendar_day VALUES(16528,1);
INSERT INTO calendar_day VALUES(16531,1);
INSERT INTO calendar_day VALUES(16559,1);
INSERT INTO calendar_day VALUES(16580,1);
INSERT INTO calendar_day VALUES(16678,1);
INSERT INTO calendar_day VALUES(16794,1);
INSERT INTO calendar_day VALUES(16797,1);
INSERT INTO calendar_day VALUES(16801,1);
INSERT INTO calendar_day VALUES(16885,1);
INSERT INTO calendar_day VALUES(16888,1);
INSERT INTO calendar_day VALUES(16923,1);
INSERT INTO calendar_day VALUES(16951,1);
INSERT INTO calendar_day VALUES(17042,1);
INSERT INTO calendar_day VALUES(17161,1);
INSERT INTO calendar_day VALUES(17162,1);
INSERT INTO calendar_day VALUES(17168,1);
INSERT INTO calendar_day VALUES(17270,1);
INSERT INTO calendar_day VALUES(17273,1);
INSERT INTO calendar_day VALUES(17287,1);
INSERT INTO calendar_day VALUES(17315,1);
INSERT INTO calendar_day VALUES(17406,1);
INSERT INTO calendar_day VALUES(17525,1);
INSERT INTO calendar_day VALUES(17526,1);
INSERT INTO calendar_day VALUES(17532,1);
INSERT INTO calendar_day VALUES(17620,1);
INSERT INTO calendar_day VALUES(17623,1);
INSERT INTO calendar_day VALUES(17658,1);
INSERT INTO calendar_day VALUES(17679,1);
INSERT INTO calendar_day VALUES(17770,1);
INSERT INTO calendar_day VALUES(17890,1);
INSERT INTO calendar_day VALUES(17891,1);
INSERT INTO calendar_day VALUES(17897,1);
INSERT INTO calendar_day VALUES(18005,1);
INSERT INTO calendar_day VALUES(18008,1);
INSERT INTO calendar_day VALUES(18022,1);
INSERT INTO calendar_day VALUES(18043,1);
INSERT INTO calendar_day VALUES(18134,1);
INSERT INTO calendar_day VALUES(18255,1);
INSERT INTO calendar_day VALUES(18256,1);
INSERT INTO calendar_day VALUES(18262,1);
INSERT INTO calendar_day VALUES(18362,1);
INSERT INTO calendar_day VALUES(18365,1);
INSERT INTO calendar_day VALUES(18390,1);
INSERT INTO calendar_day VALUES(18407,1);
INSERT INTO calendar_day VALUES(18505,1);
INSERT INTO calendar_day VALUES(18621,1);
INSERT INTO calendar_day VALUES(18624,1);
INSERT INTO calendar_day VALUES(18628,1);
INSERT INTO calendar_day VALUES(18719,1);
INSERT INTO calendar_day VALUES(18722,1);
INSERT INTO calendar_day VALUES(18750,1);
INSERT INTO calendar_day VALUES(18778,1);
INSERT INTO calendar_day VALUES(18869,1);
INSERT INTO calendar_day VALUES(18988,1);
INSERT INTO calendar_day VALUES(18989,1);
INSERT INTO calendar_day VALUES(18995,1);
INSERT INTO calendar_day VALUES(19097,1);
INSERT INTO calendar_day VALUES(19100,1);
INSERT INTO calendar_day VALUES(19114,1);
INSERT INTO calendar_day VALUES(19145,1);
INSERT INTO calendar_day VALUES(19146,1);
INSERT INTO calendar_day VALUES(19233,1);
INSERT INTO calendar_day VALUES(19254,1);
INSERT INTO calendar_day VALUES(19352,1);
INSERT INTO calendar_day VALUES(19353,1);
INSERT INTO calendar_day VALUES(19359,1);
INSERT INTO calendar_day VALUES(19454,1);
INSERT INTO calendar_day VALUES(19457,1);
INSERT INTO calendar_day VALUES(19478,1);
INSERT INTO calendar_day VALUES(19485,1);
INSERT INTO calendar_day VALUES(19506,1);
INSERT INTO calendar_day VALUES(19597,1);
INSERT INTO calendar_day VALUES(19716,1);
INSERT INTO calendar_day VALUES(19717,1);
INSERT INTO calendar_day VALUES(19723,1);
INSERT INTO calendar_day VALUES(19811,1);
INSERT INTO calendar_day VALUES(19814,1);
INSERT INTO calendar_day VALUES(19849,1);
INSERT INTO calendar_day VALUES(19870,1);
INSERT INTO calendar_day VALUES(19961,1);
INSERT INTO calendar_day VALUES(20082,1);
INSERT INTO calendar_day VALUES(20083,1);
INSERT INTO calendar_day VALUES(20089,1);
INSERT INTO calendar_day VALUES(20196,1);
INSERT INTO calendar_day VALUES(20199,1);
INSERT INTO calendar_day VALUES(20213,1);
INSERT INTO calendar_day VALUES(20234,1);
INSERT INTO calendar_day VALUES(20325,1);
INSERT INTO calendar_day VALUES(20447,1);
INSERT INTO calendar_day VALUES(20448,1);
INSERT INTO calendar_day VALUES(20454,1);
INSERT INTO calendar_day VALUES(20546,1);
INSERT INTO calendar_day VALUES(20549,1);
INSERT INTO calendar_day VALUES(20577,1);
INSERT INTO calendar_day VALUES(20598,1);
INSERT INTO calendar_day VALUES(20696,1);
INSERT INTO calendar_day VALUES(20812,1);
INSERT INTO calendar_day VALUES(20815,1);
INSERT INTO calendar_day VALUES(20819,1);
INSERT INTO calendar_day VALUES(20903,1);
INSERT INTO calendar_day VALUES(20906,1);
INSERT INTO calendar_day VALUES(20941,1);
INSERT INTO calendar_day VALUES(20969,1);
INSERT INTO calendar_day VALUES(21060,1);
INSERT INTO calendar_day VALUES(21179,1);
INSERT INTO calendar_day VALUES(21180,1);
INSERT INTO calendar_day VALUES(21186,1);
INSERT INTO calendar_day VALUES(21288,1);
INSERT INTO calendar_day VALUES(21291,1);
INSERT INTO calendar_day VALUES(21305,1);
INSERT INTO calendar_day VALUES(21333,1);
INSERT INTO calendar_day VALUES(21424,1);
INSERT INTO calendar_day VALUES(21543,1);
INSERT INTO calendar_day VALUES(21544,1);
CREATE TABLE role (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    email TEXT,
    deputy TEXT,
    line_manager TEXT,
    director TEXT,
    locale TEXT NOT NULL,
    format TEXT NOT NULL
) STRICT;
INSERT INTO role VALUES('chief-executive','Chief Executive','post','chief-executive@example.nhs.uk','director-of-quality',NULL,NULL,'en-GB','both');
INSERT INTO role VALUES('director-of-quality','Director of Quality and Executive Nurse','post','director-of-quality@example.nhs.uk','deputy-director-of-nursing','chief-executive',NULL,'en-GB','both');
INSERT INTO role VALUES('director-of-operations','Director of Operations','post','director-of-operations@example.nhs.uk','sdu-lead-amh','chief-executive',NULL,'en-GB','both');
INSERT INTO role VALUES('medical-director','Medical Director','post','medical-director@example.nhs.uk','associate-medical-director','chief-executive',NULL,'en-GB','both');
INSERT INTO role VALUES('director-of-strategy','Director of Strategy and Business Development','post','director-of-strategy@example.nhs.uk','deputy-director-of-strategy','chief-executive',NULL,'en-GB','both');
INSERT INTO role VALUES('director-of-finance','Director of Finance','post','director-of-finance@example.nhs.uk','deputy-director-of-finance','chief-executive',NULL,'en-GB','both');
INSERT INTO role VALUES('director-of-ict','Director of ICT Services','post','director-of-ict@example.nhs.uk','head-of-it','chief-executive',NULL,'en-GB','both');
INSERT INTO role VALUES('associate-medical-director','Associate Medical Director','post','associate-medical-director@example.nhs.uk',NULL,'medical-director','medical-director','en-GB','both');
INSERT INTO role VALUES('deputy-director-of-strategy','Deputy Director of Strategy','post','deputy-director-of-strategy@example.nhs.uk',NULL,'director-of-strategy','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('deputy-director-of-finance','Deputy Director of Finance','post','deputy-director-of-finance@example.nhs.uk',NULL,'director-of-finance','director-of-finance','en-GB','both');
INSERT INTO role VALUES('head-of-it','Head of Information Technology','post','head-of-it@example.nhs.uk',NULL,'director-of-ict','director-of-ict','en-GB','both');
INSERT INTO role VALUES('deputy-director-of-nursing','Deputy Director of Nursing','post','deputy-director-of-nursing@example.nhs.uk','quality-governance-manager','director-of-quality','director-of-quality','en-GB','both');
INSERT INTO role VALUES('associate-director-of-hr','Associate Director of Human Resources and Workforce Transformation','post','associate-director-of-hr@example.nhs.uk','head-of-hr','director-of-strategy','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('chief-pharmacist','Chief Pharmacist','post','chief-pharmacist@example.nhs.uk',NULL,'medical-director','medical-director','en-GB','both');
INSERT INTO role VALUES('company-secretary','Company Secretary','post','company-secretary@example.nhs.uk',NULL,'chief-executive','chief-executive','en-GB','both');
INSERT INTO role VALUES('risk-and-security-manager','Risk and Security Manager','post','risk-and-security-manager@example.nhs.uk',NULL,'company-secretary','director-of-quality','en-GB','both');
INSERT INTO role VALUES('planning-lead','Planning and Programme Management Lead','post','planning-lead@example.nhs.uk',NULL,'deputy-director-of-strategy','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('head-of-community-engagement','Head of Community Engagement and Patient Involvement','post','head-of-community-engagement@example.nhs.uk','patient-experience-lead','director-of-quality','director-of-quality','en-GB','both');
INSERT INTO role VALUES('patient-experience-lead','Patient Experience Lead','post','patient-experience-lead@example.nhs.uk',NULL,'head-of-community-engagement','director-of-quality','en-GB','both');
INSERT INTO role VALUES('patient-relations-lead','Patient Relations Team Lead','post','patient-relations-lead@example.nhs.uk',NULL,'quality-governance-manager','director-of-quality','en-GB','both');
INSERT INTO role VALUES('quality-governance-manager','Quality Governance Manager','post','quality-governance-manager@example.nhs.uk',NULL,'deputy-director-of-nursing','director-of-quality','en-GB','both');
INSERT INTO role VALUES('research-manager','Audit, Research and Clinical Effectiveness Manager','post','research-manager@example.nhs.uk',NULL,'associate-medical-director','medical-director','en-GB','both');
INSERT INTO role VALUES('head-of-od','Head of Organisational Development','post','head-of-od@example.nhs.uk','head-of-td','associate-director-of-hr','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('head-of-td','Head of Training and Development','post','head-of-td@example.nhs.uk','deputy-td-manager','head-of-od','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('deputy-td-manager','Deputy Training and Development Manager','post','deputy-td-manager@example.nhs.uk',NULL,'head-of-td','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('practice-facilitator','Practice Facilitator','post','practice-facilitator@example.nhs.uk',NULL,'head-of-td','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('equality-and-diversity-lead','Equality and Diversity Lead','post','equality-and-diversity-lead@example.nhs.uk',NULL,'head-of-od','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('head-of-hr','Head of Human Resources','post','head-of-hr@example.nhs.uk',NULL,'associate-director-of-hr','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('head-of-recruitment','Head of Recruitment','post','head-of-recruitment@example.nhs.uk',NULL,'head-of-hr','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('head-of-communications','Head of Communications','post','head-of-communications@example.nhs.uk',NULL,'director-of-strategy','director-of-strategy','en-GB','both');
INSERT INTO role VALUES('sdu-lead-amh','Deputy Director of Operations and Adult Mental Health Service Delivery Unit Lead','post','sdu-lead-amh@example.nhs.uk',NULL,'director-of-operations','director-of-operations','en-GB','both');
INSERT INTO role VALUES('sdu-lead-ld','Learning Disability Service Delivery Unit Lead','post','sdu-lead-ld@example.nhs.uk',NULL,'director-of-operations','director-of-operations','en-GB','both');
INSERT INTO role VALUES('sdu-lead-cc','Community Care Service Delivery Unit Lead','post','sdu-lead-cc@example.nhs.uk',NULL,'director-of-operations','director-of-operations','en-GB','both');
INSERT INTO role VALUES('sdu-lead-cf','Children''s and Families Service Delivery Unit Lead','post','sdu-lead-cf@example.nhs.uk',NULL,'director-of-operations','director-of-operations','en-GB','both');
INSERT INTO role VALUES('qsc-secretary','Secretary of the Quality and Safety Committee','post','qsc-secretary@example.nhs.uk',NULL,NULL,NULL,'en-GB','both');
INSERT INTO role VALUES('qsc-chair','Chair of the Quality and Safety Committee','post','qsc-chair@example.nhs.uk',NULL,NULL,NULL,'en-GB','both');
INSERT INTO role VALUES('trust-chair','Chair of the Trust Board','post','trust-chair@example.nhs.uk',NULL,NULL,NULL,'en-GB','both');
INSERT INTO role VALUES('all-directors','All Directors','group',NULL,NULL,NULL,NULL,'en-GB','both');
INSERT INTO role VALUES('sdu-leads','SDU Leads','group',NULL,NULL,NULL,NULL,'en-GB','both');
INSERT INTO role VALUES('senior-management-team','Senior Management Team','body','senior-management-team@example.nhs.uk',NULL,NULL,'chief-executive','en-GB','both');
INSERT INTO role VALUES('quality-leads','Quality Leads','body','quality-leads@example.nhs.uk',NULL,'quality-governance-manager','director-of-quality','en-GB','both');
INSERT INTO role VALUES('investigating-officers','Investigating Officers','body',NULL,NULL,NULL,'director-of-quality','en-GB','both');
INSERT INTO role VALUES('survey-specialist','External specialist in surveys','external',NULL,NULL,NULL,NULL,'en-GB','both');
CREATE TABLE plan (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    version TEXT NOT NULL,
    revision INTEGER NOT NULL,
    owner TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    verifier TEXT NOT NULL,
    forum TEXT NOT NULL,
    forum_secretary TEXT,
    forum_chair TEXT,
    board_secretary TEXT,
    url TEXT NOT NULL,
    formats_contact TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    applied_ms INTEGER NOT NULL
) STRICT;
INSERT INTO "plan" VALUES('CO-304','Co-production, working in partnership with patients','11',1,'head-of-community-engagement','head-of-community-engagement','qsc-secretary','Quality and Safety Committee','qsc-secretary','qsc-chair','company-secretary','https://www.example.nhs.uk/policies/co-304','Communications Team, communications@example.nhs.uk','3079d2bfe8bc53900c1a5c0c10da0198b214addb2ef119702a6624a436eafcd9',1420329600000);
CREATE TABLE action (
    plan TEXT NOT NULL REFERENCES plan (id),
    id TEXT NOT NULL,
    objective TEXT NOT NULL,
    text TEXT NOT NULL,
    metric TEXT,
    timescale TEXT NOT NULL,
    completion TEXT NOT NULL,
    position INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    metric_agreed TEXT, -- by the owner, when the plan names none
    PRIMARY KEY (plan, id)
) STRICT;
INSERT INTO "action" VALUES('CO-304','1a','Those who lead the trust take the approach on and pass it on.','The Board adopts the strategic approach.','The Trust Board has ratified the policy.','Q1 2015','any',0,0,NULL);
INSERT INTO "action" VALUES('CO-304','1b','Those who lead the trust take the approach on and pass it on.','Design a workshop on co-production and hold it for all Directors and Senior Leaders.','The workshop exists and those who came have given feedback.','Q2 2015','owner',1,0,NULL);
INSERT INTO "action" VALUES('CO-304','1c','Those who lead the trust take the approach on and pass it on.','Senior Leaders of each Service Delivery Unit put an aim of their own on co-production into the annual plan of their directorate.','Every Service Delivery Unit has a statement in its business plan.','Q1 2015','all',2,0,NULL);
INSERT INTO "action" VALUES('CO-304','1d','Those who lead the trust take the approach on and pass it on.','Make the approach known to Senior Managers.','Every leadership programme that the trust runs itself carries the spirit of it.','From Q1 2015','owner',3,0,NULL);
INSERT INTO "action" VALUES('CO-304','1e','Those who lead the trust take the approach on and pass it on.','Tell everyone who answers for policies of the trust that each new one must state how it reflects co-production.','New policies are looked through for their fit with co-production.','Q1 2015','all',4,0,NULL);
INSERT INTO "action" VALUES('CO-304','1f','Those who lead the trust take the approach on and pass it on.','Make co-production one of the priorities in the Quality Account for 2015.','The Quality Account names it as a coming priority and reports on clear measures.','Q1 2015','owner',5,0,NULL);
INSERT INTO "action" VALUES('CO-304','2a','Staff let co-production guide them whenever they deal with patients.','Design a workshop for all groups of staff, so that they can shape and give care together with patients, and hold it.','The workshop exists and those who came have given feedback.','From Q2 2015','owner',6,0,NULL);
INSERT INTO "action" VALUES('CO-304','2b','Staff let co-production guide them whenever they deal with patients.','Staff appraisal, its papers and its talks, asks people to think about the co-production they have done.',NULL,'Q4 2015','owner',7,0,NULL);
INSERT INTO "action" VALUES('CO-304','2c','Staff let co-production guide them whenever they deal with patients.','Create a staff award for co-production.',NULL,'Q4 2015','owner',8,0,NULL);
INSERT INTO "action" VALUES('CO-304','2d','Staff let co-production guide them whenever they deal with patients.','Find Clinical Champions in every Service Delivery Unit and honour their work at a yearly event.','Each unit, base or ward has its champion.','Q4 2015','all',9,0,NULL);
INSERT INTO "action" VALUES('CO-304','2e','Staff let co-production guide them whenever they deal with patients.','Write a question on how patients experience the approach and ask it together with the Friends and Family Test.','The question is in use; there is a first measurement and then figures over time.','Q4 2015','owner',10,0,NULL);
INSERT INTO "action" VALUES('CO-304','2f','Staff let co-production guide them whenever they deal with patients.','Use the pulse survey to learn how staff experience the approach.','The question is in use; there is a first measurement and then figures over time.','Q4 2015','owner',11,0,NULL);
INSERT INTO "action" VALUES('CO-304','3a','Patients have the power to co-produce health and care.','Work with patients and those who speak for them to make known what the trust adopted.',NULL,'From Q2 2015','owner',12,0,NULL);
INSERT INTO "action" VALUES('CO-304','3b','Patients have the power to co-produce health and care.','Form a working party of patients that makes a toolkit to help patients take up co-production.','The toolkit exists, in several formats and languages.','Q3 2015','owner',13,0,NULL);
INSERT INTO "action" VALUES('CO-304','3c','Patients have the power to co-produce health and care.','Bring the toolkit to patients.','Every service has the toolkit, on screen and on paper.','Q3 2015','owner',14,0,NULL);
INSERT INTO "action" VALUES('CO-304','3d','Patients have the power to co-produce health and care.','Tell patients about health and care organisations, public and voluntary, so that care joins up and patients can choose.','The trust''s website has a full A to Z of local organisations and what they do, kept up to date.','Q4 2015','owner',15,0,NULL);
INSERT INTO "action" VALUES('CO-304','3e','Patients have the power to co-produce health and care.','Tell patients about conditions, so that they can manage on their own.','The A to Z of conditions is kept fresh.','Q4 2015','owner',16,0,NULL);
INSERT INTO "action" VALUES('CO-304','3f','Patients have the power to co-produce health and care.','Every interview panel has at least one patient on it.','Figures on recruitment panels, with 100 % as the mark.','Q2 2016','owner',17,0,NULL);
INSERT INTO "action" VALUES('CO-304','3g','Patients have the power to co-produce health and care.','Patients help to shape the training of staff and to give it.','Figures on training.','From Q1 2016','owner',18,0,NULL);
INSERT INTO "action" VALUES('CO-304','3h','Patients have the power to co-produce health and care.','Patients take part in inspections, reviews and assessments of services as a rule.','Figures on inspections.','From Q1 2016','owner',19,0,NULL);
INSERT INTO "action" VALUES('CO-304','3i','Patients have the power to co-produce health and care.','Patients have a say in what is researched and are asked to take part in research.','Figures on research.','From Q2 2016','owner',20,0,NULL);
INSERT INTO "action" VALUES('CO-304','3j','Patients have the power to co-produce health and care.','Patients are in from the start when services are developed or changed.','Figures from reports of consultations.','From Q1 2015','owner',21,0,NULL);
INSERT INTO "action" VALUES('CO-304','3k','Patients have the power to co-produce health and care.','Groups of patients help to gather what patients say about their care as a rule.',NULL,'From Q1 2016','owner',22,0,NULL);
INSERT INTO "action" VALUES('CO-304','3l','Patients have the power to co-produce health and care.','When a complaint is made, staff talk with its author to understand the experience.','Figures on complaints, as totals only.','From Q2 2016','owner',23,0,NULL);
CREATE TABLE action_dep (
    plan TEXT NOT NULL,
    action TEXT NOT NULL,
    needs TEXT NOT NULL,
    PRIMARY KEY (plan, action, needs)
) STRICT;
INSERT INTO action_dep VALUES('CO-304','2a','1b');
INSERT INTO action_dep VALUES('CO-304','3c','3b');
CREATE TABLE role_absence (
    role TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    PRIMARY KEY (role, from_day)
) STRICT;
CREATE TABLE occurrence (
    id INTEGER PRIMARY KEY,
    plan TEXT NOT NULL,
    ref TEXT NOT NULL,
    part TEXT NOT NULL DEFAULT '',
    action TEXT,
    kind INTEGER NOT NULL,
    due INTEGER NOT NULL,
    plan_due INTEGER, -- as the plan said last, NULL: not in it any more; extending moves due only
    state INTEGER NOT NULL,
    gen INTEGER NOT NULL DEFAULT 1,
    episode INTEGER NOT NULL DEFAULT 0,
    level INTEGER NOT NULL DEFAULT 0,
    level_day INTEGER,
    steps_passed INTEGER NOT NULL DEFAULT 0,
    acked_until INTEGER,
    acks INTEGER NOT NULL DEFAULT 0,   -- in this generation
    activated INTEGER,
    state_day INTEGER,                 -- since when it is in this state
    nudges INTEGER NOT NULL DEFAULT 0, -- periodic steps of this state already fired
    repeats INTEGER NOT NULL DEFAULT 0, -- overdue repeats already fired or passed over
    ladder_from INTEGER,               -- day 0 of the ladder, when later than the due day
    rest_until INTEGER,                -- no new level up to and including this day
    hold_until INTEGER,
    hold_by TEXT,
    moves INTEGER NOT NULL DEFAULT 0,  -- how often the due day was moved ..
    moved_days INTEGER NOT NULL DEFAULT 0, -- .. and by how many days in all
    owner_moves INTEGER NOT NULL DEFAULT 0, -- extensions and holds by the owner alone
    owner_holds INTEGER NOT NULL DEFAULT 0,
    absorbed_by INTEGER REFERENCES occurrence (id), -- a newer return of its series
    period TEXT,                       -- of a return, in words
    parent INTEGER REFERENCES occurrence (id),
    submitted_by TEXT,
    percent INTEGER,
    forecast INTEGER,
    declared TEXT,
    note TEXT,
    evidence TEXT,
    changed_ms INTEGER NOT NULL,
    UNIQUE (plan, ref, part)
) STRICT;
INSERT INTO occurrence VALUES(1,'CO-304','1a/deliver','','1a',1,16525,16525,5,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'Minute of the Trust Board, 14 January 2015',1420329600000);
INSERT INTO occurrence VALUES(2,'CO-304','1b/deliver','','1b',1,16616,16616,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(3,'CO-304','1c/deliver','','1c',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(4,'CO-304','1c/deliver','sdu-amh','1c',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(5,'CO-304','1c/deliver','sdu-ld','1c',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(6,'CO-304','1c/deliver','sdu-cc','1c',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(7,'CO-304','1c/deliver','sdu-cf','1c',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(8,'CO-304','1d/start','','1d',2,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(9,'CO-304','1d/return/2015Q2','','1d',3,16630,16630,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(10,'CO-304','1d/return/2015Q3','','1d',3,16722,16722,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(11,'CO-304','1d/return/2015Q4','','1d',3,16815,16815,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(12,'CO-304','1d/return/2016Q1','','1d',3,16905,16905,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(13,'CO-304','1d/return/2016Q2','','1d',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(14,'CO-304','1d/return/2016Q3','','1d',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(15,'CO-304','1d/return/2016Q4','','1d',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(16,'CO-304','1d/return/2017Q1','','1d',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(17,'CO-304','1d/return/2017Q2','','1d',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(18,'CO-304','1d/return/2017Q3','','1d',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(19,'CO-304','1d/return/2017Q4','','1d',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(20,'CO-304','1e/deliver','','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(21,'CO-304','1e/deliver','deputy-director-of-nursing','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(22,'CO-304','1e/deliver','chief-pharmacist','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(23,'CO-304','1e/deliver','associate-director-of-hr','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(24,'CO-304','1e/deliver','risk-and-security-manager','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(25,'CO-304','1e/deliver','company-secretary','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(26,'CO-304','1e/deliver','sdu-lead-amh','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(27,'CO-304','1e/deliver','sdu-lead-ld','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(28,'CO-304','1e/deliver','sdu-lead-cc','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(29,'CO-304','1e/deliver','sdu-lead-cf','1e',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(30,'CO-304','1f/deliver','','1f',1,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(31,'CO-304','2a/start','','2a',2,16616,16616,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(32,'CO-304','2a/return/2015Q3','','2a',3,16722,16722,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(33,'CO-304','2a/return/2015Q4','','2a',3,16815,16815,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(34,'CO-304','2a/return/2016Q1','','2a',3,16905,16905,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(35,'CO-304','2a/return/2016Q2','','2a',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(36,'CO-304','2a/return/2016Q3','','2a',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(37,'CO-304','2a/return/2016Q4','','2a',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(38,'CO-304','2a/return/2017Q1','','2a',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(39,'CO-304','2a/return/2017Q2','','2a',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(40,'CO-304','2a/return/2017Q3','','2a',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(41,'CO-304','2a/return/2017Q4','','2a',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(42,'CO-304','2b/deliver','','2b',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(43,'CO-304','2c/deliver','','2c',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(44,'CO-304','2d/deliver','','2d',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(45,'CO-304','2d/deliver','sdu-amh','2d',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,44,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(46,'CO-304','2d/deliver','sdu-ld','2d',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,44,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(47,'CO-304','2d/deliver','sdu-cc','2d',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,44,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(48,'CO-304','2d/deliver','sdu-cf','2d',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,44,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(49,'CO-304','2e/deliver','','2e',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(50,'CO-304','2f/deliver','','2f',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(51,'CO-304','3a/start','','3a',2,16616,16616,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(52,'CO-304','3a/return/2015Q3','','3a',3,16722,16722,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(53,'CO-304','3a/return/2015Q4','','3a',3,16815,16815,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(54,'CO-304','3a/return/2016Q1','','3a',3,16905,16905,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(55,'CO-304','3a/return/2016Q2','','3a',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(56,'CO-304','3a/return/2016Q3','','3a',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(57,'CO-304','3a/return/2016Q4','','3a',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(58,'CO-304','3a/return/2017Q1','','3a',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(59,'CO-304','3a/return/2017Q2','','3a',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(60,'CO-304','3a/return/2017Q3','','3a',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(61,'CO-304','3a/return/2017Q4','','3a',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(62,'CO-304','3b/deliver','','3b',1,16708,16708,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(63,'CO-304','3c/deliver','','3c',1,16708,16708,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(64,'CO-304','3d/deliver','','3d',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(65,'CO-304','3e/deliver','','3e',1,16800,16800,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(66,'CO-304','3f/deliver','','3f',1,16982,16982,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(67,'CO-304','3g/start','','3g',2,16891,16891,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(68,'CO-304','3g/return/2016Q2','','3g',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(69,'CO-304','3g/return/2016Q3','','3g',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(70,'CO-304','3g/return/2016Q4','','3g',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(71,'CO-304','3g/return/2017Q1','','3g',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(72,'CO-304','3g/return/2017Q2','','3g',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(73,'CO-304','3g/return/2017Q3','','3g',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(74,'CO-304','3g/return/2017Q4','','3g',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(75,'CO-304','3h/start','','3h',2,16891,16891,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(76,'CO-304','3h/return/2016Q2','','3h',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(77,'CO-304','3h/return/2016Q3','','3h',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(78,'CO-304','3h/return/2016Q4','','3h',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(79,'CO-304','3h/return/2017Q1','','3h',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(80,'CO-304','3h/return/2017Q2','','3h',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(81,'CO-304','3h/return/2017Q3','','3h',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(82,'CO-304','3h/return/2017Q4','','3h',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(83,'CO-304','3i/start','','3i',2,16982,16982,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(84,'CO-304','3i/return/2016Q3','','3i',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(85,'CO-304','3i/return/2016Q4','','3i',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(86,'CO-304','3i/return/2017Q1','','3i',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(87,'CO-304','3i/return/2017Q2','','3i',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(88,'CO-304','3i/return/2017Q3','','3i',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(89,'CO-304','3i/return/2017Q4','','3i',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(90,'CO-304','3j/start','','3j',2,16525,16525,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(91,'CO-304','3j/return/2015Q2','','3j',3,16630,16630,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(92,'CO-304','3j/return/2015Q3','','3j',3,16722,16722,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(93,'CO-304','3j/return/2015Q4','','3j',3,16815,16815,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2015',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(94,'CO-304','3j/return/2016Q1','','3j',3,16905,16905,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(95,'CO-304','3j/return/2016Q2','','3j',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(96,'CO-304','3j/return/2016Q3','','3j',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(97,'CO-304','3j/return/2016Q4','','3j',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(98,'CO-304','3j/return/2017Q1','','3j',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(99,'CO-304','3j/return/2017Q2','','3j',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(100,'CO-304','3j/return/2017Q3','','3j',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(101,'CO-304','3j/return/2017Q4','','3j',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(102,'CO-304','3k/start','','3k',2,16891,16891,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(103,'CO-304','3k/return/2016Q2','','3k',3,16996,16996,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(104,'CO-304','3k/return/2016Q3','','3k',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(105,'CO-304','3k/return/2016Q4','','3k',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(106,'CO-304','3k/return/2017Q1','','3k',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(107,'CO-304','3k/return/2017Q2','','3k',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(108,'CO-304','3k/return/2017Q3','','3k',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(109,'CO-304','3k/return/2017Q4','','3k',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(110,'CO-304','3l/start','','3l',2,16982,16982,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(111,'CO-304','3l/return/2016Q3','','3l',3,17088,17088,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(112,'CO-304','3l/return/2016Q4','','3l',3,17182,17182,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2016',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(113,'CO-304','3l/return/2017Q1','','3l',3,17274,17274,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'January to March 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(114,'CO-304','3l/return/2017Q2','','3l',3,17361,17361,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'April to June 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(115,'CO-304','3l/return/2017Q3','','3l',3,17452,17452,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'July to September 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(116,'CO-304','3l/return/2017Q4','','3l',3,17546,17546,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,'October to December 2017',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
INSERT INTO occurrence VALUES(117,'CO-304','review/2018-01','',NULL,4,17562,17562,1,1,0,0,NULL,0,NULL,0,16439,NULL,0,0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1420329600000);
CREATE TABLE occurrence_role (
    occurrence INTEGER NOT NULL REFERENCES occurrence (id),
    duty TEXT NOT NULL,
    role TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (occurrence, duty, role)
) STRICT;
INSERT INTO occurrence_role VALUES(1,'lead','chief-executive',0);
INSERT INTO occurrence_role VALUES(1,'lead','director-of-quality',1);
INSERT INTO occurrence_role VALUES(1,'lead','director-of-operations',2);
INSERT INTO occurrence_role VALUES(1,'lead','medical-director',3);
INSERT INTO occurrence_role VALUES(1,'lead','director-of-strategy',4);
INSERT INTO occurrence_role VALUES(1,'lead','director-of-finance',5);
INSERT INTO occurrence_role VALUES(1,'lead','director-of-ict',6);
INSERT INTO occurrence_role VALUES(2,'lead','head-of-od',0);
INSERT INTO occurrence_role VALUES(2,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(3,'lead','sdu-lead-amh',0);
INSERT INTO occurrence_role VALUES(3,'lead','sdu-lead-ld',1);
INSERT INTO occurrence_role VALUES(3,'lead','sdu-lead-cc',2);
INSERT INTO occurrence_role VALUES(3,'lead','sdu-lead-cf',3);
INSERT INTO occurrence_role VALUES(4,'lead','sdu-lead-amh',0);
INSERT INTO occurrence_role VALUES(5,'lead','sdu-lead-ld',0);
INSERT INTO occurrence_role VALUES(6,'lead','sdu-lead-cc',0);
INSERT INTO occurrence_role VALUES(7,'lead','sdu-lead-cf',0);
INSERT INTO occurrence_role VALUES(8,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(8,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(8,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(9,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(9,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(9,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(10,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(10,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(10,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(11,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(11,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(11,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(12,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(12,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(12,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(13,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(13,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(13,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(14,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(14,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(14,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(15,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(15,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(15,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(16,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(16,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(16,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(17,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(17,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(17,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(18,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(18,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(18,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(19,'lead','director-of-quality',0);
INSERT INTO occurrence_role VALUES(19,'joint','senior-management-team',1);
INSERT INTO occurrence_role VALUES(19,'joint','head-of-od',2);
INSERT INTO occurrence_role VALUES(20,'lead','deputy-director-of-nursing',0);
INSERT INTO occurrence_role VALUES(20,'lead','chief-pharmacist',1);
INSERT INTO occurrence_role VALUES(20,'lead','associate-director-of-hr',2);
INSERT INTO occurrence_role VALUES(20,'lead','risk-and-security-manager',3);
INSERT INTO occurrence_role VALUES(20,'lead','company-secretary',4);
INSERT INTO occurrence_role VALUES(20,'lead','sdu-lead-amh',5);
INSERT INTO occurrence_role VALUES(20,'lead','sdu-lead-ld',6);
INSERT INTO occurrence_role VALUES(20,'lead','sdu-lead-cc',7);
INSERT INTO occurrence_role VALUES(20,'lead','sdu-lead-cf',8);
INSERT INTO occurrence_role VALUES(21,'lead','deputy-director-of-nursing',0);
INSERT INTO occurrence_role VALUES(22,'lead','chief-pharmacist',0);
INSERT INTO occurrence_role VALUES(23,'lead','associate-director-of-hr',0);
INSERT INTO occurrence_role VALUES(24,'lead','risk-and-security-manager',0);
INSERT INTO occurrence_role VALUES(25,'lead','company-secretary',0);
INSERT INTO occurrence_role VALUES(26,'lead','sdu-lead-amh',0);
INSERT INTO occurrence_role VALUES(27,'lead','sdu-lead-ld',0);
INSERT INTO occurrence_role VALUES(28,'lead','sdu-lead-cc',0);
INSERT INTO occurrence_role VALUES(29,'lead','sdu-lead-cf',0);
INSERT INTO occurrence_role VALUES(30,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(31,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(31,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(31,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(31,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(32,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(32,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(32,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(32,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(33,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(33,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(33,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(33,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(34,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(34,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(34,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(34,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(35,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(35,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(35,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(35,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(36,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(36,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(36,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(36,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(37,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(37,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(37,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(37,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(38,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(38,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(38,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(38,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(39,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(39,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(39,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(39,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(40,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(40,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(40,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(40,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(41,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(41,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(41,'support','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(41,'support','equality-and-diversity-lead',1);
INSERT INTO occurrence_role VALUES(42,'lead','head-of-od',0);
INSERT INTO occurrence_role VALUES(43,'lead','head-of-communications',0);
INSERT INTO occurrence_role VALUES(44,'lead','sdu-lead-amh',0);
INSERT INTO occurrence_role VALUES(44,'lead','sdu-lead-ld',1);
INSERT INTO occurrence_role VALUES(44,'lead','sdu-lead-cc',2);
INSERT INTO occurrence_role VALUES(44,'lead','sdu-lead-cf',3);
INSERT INTO occurrence_role VALUES(45,'lead','sdu-lead-amh',0);
INSERT INTO occurrence_role VALUES(46,'lead','sdu-lead-ld',0);
INSERT INTO occurrence_role VALUES(47,'lead','sdu-lead-cc',0);
INSERT INTO occurrence_role VALUES(48,'lead','sdu-lead-cf',0);
INSERT INTO occurrence_role VALUES(49,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(49,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(50,'lead','head-of-hr',0);
INSERT INTO occurrence_role VALUES(51,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(51,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(51,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(52,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(52,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(52,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(53,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(53,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(53,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(54,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(54,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(54,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(55,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(55,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(55,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(56,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(56,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(56,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(57,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(57,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(57,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(58,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(58,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(58,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(59,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(59,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(59,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(60,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(60,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(60,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(61,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(61,'joint','patient-experience-lead',1);
INSERT INTO occurrence_role VALUES(61,'joint','head-of-communications',2);
INSERT INTO occurrence_role VALUES(62,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(62,'support','practice-facilitator',0);
INSERT INTO occurrence_role VALUES(62,'support','head-of-community-engagement',1);
INSERT INTO occurrence_role VALUES(63,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(63,'joint','practice-facilitator',1);
INSERT INTO occurrence_role VALUES(64,'lead','head-of-communications',0);
INSERT INTO occurrence_role VALUES(65,'lead','head-of-communications',0);
INSERT INTO occurrence_role VALUES(66,'lead','head-of-recruitment',0);
INSERT INTO occurrence_role VALUES(67,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(68,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(69,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(70,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(71,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(72,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(73,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(74,'lead','head-of-td',0);
INSERT INTO occurrence_role VALUES(75,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(76,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(77,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(78,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(79,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(80,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(81,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(82,'lead','quality-governance-manager',0);
INSERT INTO occurrence_role VALUES(83,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(84,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(85,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(86,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(87,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(88,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(89,'lead','research-manager',0);
INSERT INTO occurrence_role VALUES(90,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(91,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(92,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(93,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(94,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(95,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(96,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(97,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(98,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(99,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(100,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(101,'lead','head-of-community-engagement',0);
INSERT INTO occurrence_role VALUES(102,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(103,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(104,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(105,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(106,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(107,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(108,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(109,'lead','patient-experience-lead',0);
INSERT INTO occurrence_role VALUES(110,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(110,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(110,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(111,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(111,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(111,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(112,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(112,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(112,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(113,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(113,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(113,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(114,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(114,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(114,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(115,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(115,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(115,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(116,'lead','patient-relations-lead',0);
INSERT INTO occurrence_role VALUES(116,'joint','quality-leads',1);
INSERT INTO occurrence_role VALUES(116,'joint','investigating-officers',2);
INSERT INTO occurrence_role VALUES(117,'lead','head-of-community-engagement',0);
CREATE TABLE timer (
    occurrence INTEGER PRIMARY KEY REFERENCES occurrence (id),
    at_ms INTEGER NOT NULL,
    trouble TEXT -- why it could not be fired when it was due
) STRICT;
INSERT INTO timer VALUES(2,1431934200000,NULL);
INSERT INTO timer VALUES(4,1424161800000,NULL);
INSERT INTO timer VALUES(5,1424161800000,NULL);
INSERT INTO timer VALUES(6,1424161800000,NULL);
INSERT INTO timer VALUES(7,1424161800000,NULL);
INSERT INTO timer VALUES(8,1424161800000,NULL);
INSERT INTO timer VALUES(9,1433230200000,NULL);
INSERT INTO timer VALUES(10,1441179000000,NULL);
INSERT INTO timer VALUES(11,1448958600000,NULL);
INSERT INTO timer VALUES(12,1456821000000,NULL);
INSERT INTO timer VALUES(13,1464852600000,NULL);
INSERT INTO timer VALUES(14,1472801400000,NULL);
INSERT INTO timer VALUES(15,1480494600000,NULL);
INSERT INTO timer VALUES(16,1488529800000,NULL);
INSERT INTO timer VALUES(17,1496388600000,NULL);
INSERT INTO timer VALUES(18,1504251000000,NULL);
INSERT INTO timer VALUES(19,1511944200000,NULL);
INSERT INTO timer VALUES(21,1424161800000,NULL);
INSERT INTO timer VALUES(22,1424161800000,NULL);
INSERT INTO timer VALUES(23,1424161800000,NULL);
INSERT INTO timer VALUES(24,1424161800000,NULL);
INSERT INTO timer VALUES(25,1424161800000,NULL);
INSERT INTO timer VALUES(26,1424161800000,NULL);
INSERT INTO timer VALUES(27,1424161800000,NULL);
INSERT INTO timer VALUES(28,1424161800000,NULL);
INSERT INTO timer VALUES(29,1424161800000,NULL);
INSERT INTO timer VALUES(30,1424161800000,NULL);
INSERT INTO timer VALUES(31,1431934200000,NULL);
INSERT INTO timer VALUES(32,1441179000000,NULL);
INSERT INTO timer VALUES(33,1448958600000,NULL);
INSERT INTO timer VALUES(34,1456821000000,NULL);
INSERT INTO timer VALUES(35,1464852600000,NULL);
INSERT INTO timer VALUES(36,1472801400000,NULL);
INSERT INTO timer VALUES(37,1480494600000,NULL);
INSERT INTO timer VALUES(38,1488529800000,NULL);
INSERT INTO timer VALUES(39,1496388600000,NULL);
INSERT INTO timer VALUES(40,1504251000000,NULL);
INSERT INTO timer VALUES(41,1511944200000,NULL);
INSERT INTO timer VALUES(42,1447749000000,NULL);
INSERT INTO timer VALUES(43,1447749000000,NULL);
INSERT INTO timer VALUES(45,1447749000000,NULL);
INSERT INTO timer VALUES(46,1447749000000,NULL);
INSERT INTO timer VALUES(47,1447749000000,NULL);
INSERT INTO timer VALUES(48,1447749000000,NULL);
INSERT INTO timer VALUES(49,1447749000000,NULL);
INSERT INTO timer VALUES(50,1447749000000,NULL);
INSERT INTO timer VALUES(51,1431934200000,NULL);
INSERT INTO timer VALUES(52,1441179000000,NULL);
INSERT INTO timer VALUES(53,1448958600000,NULL);
INSERT INTO timer VALUES(54,1456821000000,NULL);
INSERT INTO timer VALUES(55,1464852600000,NULL);
INSERT INTO timer VALUES(56,1472801400000,NULL);
INSERT INTO timer VALUES(57,1480494600000,NULL);
INSERT INTO timer VALUES(58,1488529800000,NULL);
INSERT INTO timer VALUES(59,1496388600000,NULL);
INSERT INTO timer VALUES(60,1504251000000,NULL);
INSERT INTO timer VALUES(61,1511944200000,NULL);
INSERT INTO timer VALUES(62,1439883000000,NULL);
INSERT INTO timer VALUES(63,1439883000000,NULL);
INSERT INTO timer VALUES(64,1447749000000,NULL);
INSERT INTO timer VALUES(65,1447749000000,NULL);
INSERT INTO timer VALUES(66,1463556600000,NULL);
INSERT INTO timer VALUES(67,1455611400000,NULL);
INSERT INTO timer VALUES(68,1464852600000,NULL);
INSERT INTO timer VALUES(69,1472801400000,NULL);
INSERT INTO timer VALUES(70,1480494600000,NULL);
INSERT INTO timer VALUES(71,1488529800000,NULL);
INSERT INTO timer VALUES(72,1496388600000,NULL);
INSERT INTO timer VALUES(73,1504251000000,NULL);
INSERT INTO timer VALUES(74,1511944200000,NULL);
INSERT INTO timer VALUES(75,1455611400000,NULL);
INSERT INTO timer VALUES(76,1464852600000,NULL);
INSERT INTO timer VALUES(77,1472801400000,NULL);
INSERT INTO timer VALUES(78,1480494600000,NULL);
INSERT INTO timer VALUES(79,1488529800000,NULL);
INSERT INTO timer VALUES(80,1496388600000,NULL);
INSERT INTO timer VALUES(81,1504251000000,NULL);
INSERT INTO timer VALUES(82,1511944200000,NULL);
INSERT INTO timer VALUES(83,1463556600000,NULL);
INSERT INTO timer VALUES(84,1472801400000,NULL);
INSERT INTO timer VALUES(85,1480494600000,NULL);
INSERT INTO timer VALUES(86,1488529800000,NULL);
INSERT INTO timer VALUES(87,1496388600000,NULL);
INSERT INTO timer VALUES(88,1504251000000,NULL);
INSERT INTO timer VALUES(89,1511944200000,NULL);
INSERT INTO timer VALUES(90,1424161800000,NULL);
INSERT INTO timer VALUES(91,1433230200000,NULL);
INSERT INTO timer VALUES(92,1441179000000,NULL);
INSERT INTO timer VALUES(93,1448958600000,NULL);
INSERT INTO timer VALUES(94,1456821000000,NULL);
INSERT INTO timer VALUES(95,1464852600000,NULL);
INSERT INTO timer VALUES(96,1472801400000,NULL);
INSERT INTO timer VALUES(97,1480494600000,NULL);
INSERT INTO timer VALUES(98,1488529800000,NULL);
INSERT INTO timer VALUES(99,1496388600000,NULL);
INSERT INTO timer VALUES(100,1504251000000,NULL);
INSERT INTO timer VALUES(101,1511944200000,NULL);
INSERT INTO timer VALUES(102,1455611400000,NULL);
INSERT INTO timer VALUES(103,1464852600000,NULL);
INSERT INTO timer VALUES(104,1472801400000,NULL);
INSERT INTO timer VALUES(105,1480494600000,NULL);
INSERT INTO timer VALUES(106,1488529800000,NULL);
INSERT INTO timer VALUES(107,1496388600000,NULL);
INSERT INTO timer VALUES(108,1504251000000,NULL);
INSERT INTO timer VALUES(109,1511944200000,NULL);
INSERT INTO timer VALUES(110,1463556600000,NULL);
INSERT INTO timer VALUES(111,1472801400000,NULL);
INSERT INTO timer VALUES(112,1480494600000,NULL);
INSERT INTO timer VALUES(113,1488529800000,NULL);
INSERT INTO timer VALUES(114,1496388600000,NULL);
INSERT INTO timer VALUES(115,1504251000000,NULL);
INSERT INTO timer VALUES(116,1511944200000,NULL);
INSERT INTO timer VALUES(117,1469777400000,NULL);
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1,
    failures INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    run_at_ms INTEGER NOT NULL,
    subject INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT '',
    reason TEXT,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
INSERT INTO job VALUES(1,3,'nightly|2015-01-04',3,1,0,0,1420338600000,0,'nightly:2015-01-04',NULL,1420338600000,1420338600000);
INSERT INTO job VALUES(2,3,'nightly|2015-01-05',3,1,0,0,1420425000000,0,'nightly:2015-01-05',NULL,1420425000000,1420425000000);
INSERT INTO job VALUES(3,1,'digest|associate-director-of-hr|2015-01-05',3,1,0,0,1420446600000,0,'digest associate-director-of-hr',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(4,1,'digest|chief-pharmacist|2015-01-05',3,1,0,0,1420446600000,0,'digest chief-pharmacist',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(5,1,'digest|company-secretary|2015-01-05',3,1,0,0,1420446600000,0,'digest company-secretary',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(6,1,'digest|deputy-director-of-nursing|2015-01-05',3,1,0,0,1420446600000,0,'digest deputy-director-of-nursing',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(7,1,'digest|director-of-quality|2015-01-05',3,1,0,0,1420446600000,0,'digest director-of-quality',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(8,1,'digest|head-of-communications|2015-01-05',3,1,0,0,1420446600000,0,'digest head-of-communications',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(9,1,'digest|head-of-community-engagement|2015-01-05',3,1,0,0,1420446600000,0,'digest head-of-community-engagement',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(10,1,'digest|head-of-hr|2015-01-05',3,1,0,0,1420446600000,0,'digest head-of-hr',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(11,1,'digest|head-of-od|2015-01-05',3,1,0,0,1420446600000,0,'digest head-of-od',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(12,1,'digest|head-of-recruitment|2015-01-05',3,1,0,0,1420446600000,0,'digest head-of-recruitment',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(13,1,'digest|head-of-td|2015-01-05',3,1,0,0,1420446600000,0,'digest head-of-td',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(14,1,'digest|investigating-officers|2015-01-05',3,1,0,0,1420446600000,0,'digest investigating-officers',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(15,1,'digest|patient-experience-lead|2015-01-05',3,1,0,0,1420446600000,0,'digest patient-experience-lead',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(16,1,'digest|patient-relations-lead|2015-01-05',3,1,0,0,1420446600000,0,'digest patient-relations-lead',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(17,1,'digest|practice-facilitator|2015-01-05',3,1,0,0,1420446600000,0,'digest practice-facilitator',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(18,1,'digest|quality-governance-manager|2015-01-05',3,1,0,0,1420446600000,0,'digest quality-governance-manager',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(19,1,'digest|quality-leads|2015-01-05',3,1,0,0,1420446600000,0,'digest quality-leads',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(20,1,'digest|research-manager|2015-01-05',3,1,0,0,1420446600000,0,'digest research-manager',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(21,1,'digest|risk-and-security-manager|2015-01-05',3,1,0,0,1420446600000,0,'digest risk-and-security-manager',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(22,1,'digest|sdu-lead-amh|2015-01-05',3,1,0,0,1420446600000,0,'digest sdu-lead-amh',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(23,1,'digest|sdu-lead-cc|2015-01-05',3,1,0,0,1420446600000,0,'digest sdu-lead-cc',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(24,1,'digest|sdu-lead-cf|2015-01-05',3,1,0,0,1420446600000,0,'digest sdu-lead-cf',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(25,1,'digest|sdu-lead-ld|2015-01-05',3,1,0,0,1420446600000,0,'digest sdu-lead-ld',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(26,1,'digest|senior-management-team|2015-01-05',3,1,0,0,1420446600000,0,'digest senior-management-team',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(27,4,'deliver|1',3,1,0,0,1420446600000,1,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(28,4,'deliver|2',3,1,0,0,1420446600000,2,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(29,4,'deliver|3',3,1,0,0,1420446600000,3,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(30,4,'deliver|4',3,1,0,0,1420446600000,4,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(31,4,'deliver|5',3,1,0,0,1420446600000,5,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(32,4,'deliver|6',3,1,0,0,1420446600000,6,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(33,4,'deliver|7',3,1,0,0,1420446600000,7,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(34,4,'deliver|8',3,1,0,0,1420446600000,8,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(35,4,'deliver|9',3,1,0,0,1420446600000,9,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(36,4,'deliver|10',3,1,0,0,1420446600000,10,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(37,4,'deliver|11',3,1,0,0,1420446600000,11,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(38,4,'deliver|12',3,1,0,0,1420446600000,12,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(39,4,'deliver|13',3,1,0,0,1420446600000,13,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(40,4,'deliver|14',3,1,0,0,1420446600000,14,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(41,4,'deliver|15',3,1,0,0,1420446600000,15,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(42,4,'deliver|16',3,1,0,0,1420446600000,16,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(43,4,'deliver|17',3,1,0,0,1420446600000,17,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(44,4,'deliver|18',3,1,0,0,1420446600000,18,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(45,4,'deliver|19',3,1,0,0,1420446600000,19,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(46,4,'deliver|20',3,1,0,0,1420446600000,20,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(47,4,'deliver|21',3,1,0,0,1420446600000,21,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(48,4,'deliver|22',3,1,0,0,1420446600000,22,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(49,4,'deliver|23',3,1,0,0,1420446600000,23,'',NULL,1420446600000,1420446600000);
INSERT INTO job VALUES(50,3,'nightly|2015-01-06',3,1,0,0,1420511400000,0,'nightly:2015-01-06',NULL,1420511400000,1420511400000);
INSERT INTO job VALUES(51,1,'digest|head-of-community-engagement|2015-01-06',3,1,0,0,1420533000000,0,'digest head-of-community-engagement',NULL,1420533000000,1420533000000);
INSERT INTO job VALUES(52,4,'deliver|24',3,1,0,0,1420533000000,24,'',NULL,1420533000000,1420533000000);
INSERT INTO job VALUES(53,3,'import|coproduction--a.csv|10953114|1789|1795424759.245567261',3,1,0,0,1420588799999,0,'import:coproduction--a.csv',NULL,1420588799999,1420588799999);
INSERT INTO job VALUES(55,3,'nightly|2015-01-07',3,1,0,0,1420597800000,0,'nightly:2015-01-07',NULL,1420597800000,1420597800000);
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    plan TEXT NOT NULL,
    occurrence INTEGER NOT NULL REFERENCES occurrence (id),
    gen INTEGER NOT NULL,
    episode INTEGER NOT NULL,
    step TEXT NOT NULL,
    level INTEGER NOT NULL,
    role TEXT NOT NULL,
    why INTEGER NOT NULL,
    of TEXT NOT NULL,
    note TEXT NOT NULL,
    calls INTEGER NOT NULL,
    state INTEGER NOT NULL,
    notice INTEGER REFERENCES notice (id),
    ready_day INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
INSERT INTO item VALUES(1,'assign|CO-304:1b/deliver|g1|e0|A|2015-01-04|head-of-od','assign','CO-304',2,1,0,'A',0,'head-of-od',1,'','',1,2,9,16440,1420329600000);
INSERT INTO item VALUES(2,'assign-fyi|CO-304:1b/deliver|g1|e0|A|2015-01-04|head-of-community-engagement','assign-fyi','CO-304',2,1,0,'A',0,'head-of-community-engagement',3,'','',0,2,7,16440,1420329600000);
INSERT INTO item VALUES(3,'assign|CO-304:1c/deliver@sdu-amh|g1|e0|A|2015-01-04|sdu-lead-amh','assign','CO-304',4,1,0,'A',0,'sdu-lead-amh',1,'','',1,2,19,16440,1420329600000);
INSERT INTO item VALUES(4,'assign|CO-304:1c/deliver@sdu-ld|g1|e0|A|2015-01-04|sdu-lead-ld','assign','CO-304',5,1,0,'A',0,'sdu-lead-ld',1,'','',1,2,22,16440,1420329600000);
INSERT INTO item VALUES(5,'assign|CO-304:1c/deliver@sdu-cc|g1|e0|A|2015-01-04|sdu-lead-cc','assign','CO-304',6,1,0,'A',0,'sdu-lead-cc',1,'','',1,2,20,16440,1420329600000);
INSERT INTO item VALUES(6,'assign|CO-304:1c/deliver@sdu-cf|g1|e0|A|2015-01-04|sdu-lead-cf','assign','CO-304',7,1,0,'A',0,'sdu-lead-cf',1,'','',1,2,21,16440,1420329600000);
INSERT INTO item VALUES(7,'assign|CO-304:1d/start|g1|e0|A|2015-01-04|senior-management-team','assign','CO-304',8,1,0,'A',0,'senior-management-team',2,'','',1,2,23,16440,1420329600000);
INSERT INTO item VALUES(8,'assign|CO-304:1d/start|g1|e0|A|2015-01-04|head-of-od','assign','CO-304',8,1,0,'A',0,'head-of-od',2,'','',1,2,9,16440,1420329600000);
INSERT INTO item VALUES(9,'assign|CO-304:1d/start|g1|e0|A|2015-01-04|director-of-quality','assign','CO-304',8,1,0,'A',0,'director-of-quality',1,'','',1,2,5,16440,1420329600000);
INSERT INTO item VALUES(10,'assign|CO-304:1e/deliver@deputy-director-of-nursing|g1|e0|A|2015-01-04|deputy-director-of-nursing','assign','CO-304',21,1,0,'A',0,'deputy-director-of-nursing',1,'','',1,2,4,16440,1420329600000);
INSERT INTO item VALUES(11,'assign|CO-304:1e/deliver@chief-pharmacist|g1|e0|A|2015-01-04|chief-pharmacist','assign','CO-304',22,1,0,'A',0,'chief-pharmacist',1,'','',1,2,2,16440,1420329600000);
INSERT INTO item VALUES(12,'assign|CO-304:1e/deliver@associate-director-of-hr|g1|e0|A|2015-01-04|associate-director-of-hr','assign','CO-304',23,1,0,'A',0,'associate-director-of-hr',1,'','',1,2,1,16440,1420329600000);
INSERT INTO item VALUES(13,'assign|CO-304:1e/deliver@risk-and-security-manager|g1|e0|A|2015-01-04|risk-and-security-manager','assign','CO-304',24,1,0,'A',0,'risk-and-security-manager',1,'','',1,2,18,16440,1420329600000);
INSERT INTO item VALUES(14,'assign|CO-304:1e/deliver@company-secretary|g1|e0|A|2015-01-04|company-secretary','assign','CO-304',25,1,0,'A',0,'company-secretary',1,'','',1,2,3,16440,1420329600000);
INSERT INTO item VALUES(15,'assign|CO-304:1e/deliver@sdu-lead-amh|g1|e0|A|2015-01-04|sdu-lead-amh','assign','CO-304',26,1,0,'A',0,'sdu-lead-amh',1,'','',1,2,19,16440,1420329600000);
INSERT INTO item VALUES(16,'assign|CO-304:1e/deliver@sdu-lead-ld|g1|e0|A|2015-01-04|sdu-lead-ld','assign','CO-304',27,1,0,'A',0,'sdu-lead-ld',1,'','',1,2,22,16440,1420329600000);
INSERT INTO item VALUES(17,'assign|CO-304:1e/deliver@sdu-lead-cc|g1|e0|A|2015-01-04|sdu-lead-cc','assign','CO-304',28,1,0,'A',0,'sdu-lead-cc',1,'','',1,2,20,16440,1420329600000);
INSERT INTO item VALUES(18,'assign|CO-304:1e/deliver@sdu-lead-cf|g1|e0|A|2015-01-04|sdu-lead-cf','assign','CO-304',29,1,0,'A',0,'sdu-lead-cf',1,'','',1,2,21,16440,1420329600000);
INSERT INTO item VALUES(19,'assign|CO-304:1f/deliver|g1|e0|A|2015-01-04|quality-governance-manager','assign','CO-304',30,1,0,'A',0,'quality-governance-manager',1,'','',1,2,15,16440,1420329600000);
INSERT INTO item VALUES(20,'assign|CO-304:2a/start|g1|e0|A|2015-01-04|practice-facilitator','assign','CO-304',31,1,0,'A',0,'practice-facilitator',2,'','',1,2,14,16440,1420329600000);
INSERT INTO item VALUES(21,'assign|CO-304:2a/start|g1|e0|A|2015-01-04|head-of-td','assign','CO-304',31,1,0,'A',0,'head-of-td',1,'','',1,2,11,16440,1420329600000);
INSERT INTO item VALUES(22,'assign-fyi|CO-304:2a/start|g1|e0|A|2015-01-04|head-of-community-engagement','assign-fyi','CO-304',31,1,0,'A',0,'head-of-community-engagement',3,'','',0,2,7,16440,1420329600000);
INSERT INTO item VALUES(23,'assign-fyi|CO-304:2a/start|g1|e0|A|2015-01-04|equality-and-diversity-lead','assign-fyi','CO-304',31,1,0,'A',0,'equality-and-diversity-lead',3,'','',0,1,NULL,16440,1420329600000);
INSERT INTO item VALUES(24,'assign|CO-304:2b/deliver|g1|e0|A|2015-01-04|head-of-od','assign','CO-304',42,1,0,'A',0,'head-of-od',1,'','',1,2,9,16440,1420329600000);
INSERT INTO item VALUES(25,'assign|CO-304:2c/deliver|g1|e0|A|2015-01-04|head-of-communications','assign','CO-304',43,1,0,'A',0,'head-of-communications',1,'','',1,2,6,16440,1420329600000);
INSERT INTO item VALUES(26,'assign|CO-304:2d/deliver@sdu-amh|g1|e0|A|2015-01-04|sdu-lead-amh','assign','CO-304',45,1,0,'A',0,'sdu-lead-amh',1,'','',1,2,19,16440,1420329600000);
INSERT INTO item VALUES(27,'assign|CO-304:2d/deliver@sdu-ld|g1|e0|A|2015-01-04|sdu-lead-ld','assign','CO-304',46,1,0,'A',0,'sdu-lead-ld',1,'','',1,2,22,16440,1420329600000);
INSERT INTO item VALUES(28,'assign|CO-304:2d/deliver@sdu-cc|g1|e0|A|2015-01-04|sdu-lead-cc','assign','CO-304',47,1,0,'A',0,'sdu-lead-cc',1,'','',1,2,20,16440,1420329600000);
INSERT INTO item VALUES(29,'assign|CO-304:2d/deliver@sdu-cf|g1|e0|A|2015-01-04|sdu-lead-cf','assign','CO-304',48,1,0,'A',0,'sdu-lead-cf',1,'','',1,2,21,16440,1420329600000);
INSERT INTO item VALUES(30,'assign|CO-304:2e/deliver|g1|e0|A|2015-01-04|practice-facilitator','assign','CO-304',49,1,0,'A',0,'practice-facilitator',2,'','',1,2,14,16440,1420329600000);
INSERT INTO item VALUES(31,'assign|CO-304:2e/deliver|g1|e0|A|2015-01-04|patient-experience-lead','assign','CO-304',49,1,0,'A',0,'patient-experience-lead',1,'','',1,2,12,16440,1420329600000);
INSERT INTO item VALUES(32,'assign|CO-304:2f/deliver|g1|e0|A|2015-01-04|head-of-hr','assign','CO-304',50,1,0,'A',0,'head-of-hr',1,'','',1,2,8,16440,1420329600000);
INSERT INTO item VALUES(33,'assign|CO-304:3a/start|g1|e0|A|2015-01-04|patient-experience-lead','assign','CO-304',51,1,0,'A',0,'patient-experience-lead',2,'','',1,2,12,16440,1420329600000);
INSERT INTO item VALUES(34,'assign|CO-304:3a/start|g1|e0|A|2015-01-04|head-of-communications','assign','CO-304',51,1,0,'A',0,'head-of-communications',2,'','',1,2,6,16440,1420329600000);
INSERT INTO item VALUES(35,'assign|CO-304:3a/start|g1|e0|A|2015-01-04|head-of-community-engagement','assign','CO-304',51,1,0,'A',0,'head-of-community-engagement',1,'','',1,2,7,16440,1420329600000);
INSERT INTO item VALUES(36,'assign|CO-304:3b/deliver|g1|e0|A|2015-01-04|patient-experience-lead','assign','CO-304',62,1,0,'A',0,'patient-experience-lead',1,'','',1,2,12,16440,1420329600000);
INSERT INTO item VALUES(37,'assign-fyi|CO-304:3b/deliver|g1|e0|A|2015-01-04|practice-facilitator','assign-fyi','CO-304',62,1,0,'A',0,'practice-facilitator',3,'','',0,2,14,16440,1420329600000);
INSERT INTO item VALUES(38,'assign-fyi|CO-304:3b/deliver|g1|e0|A|2015-01-04|head-of-community-engagement','assign-fyi','CO-304',62,1,0,'A',0,'head-of-community-engagement',3,'','',0,2,7,16440,1420329600000);
INSERT INTO item VALUES(39,'assign|CO-304:3c/deliver|g1|e0|A|2015-01-04|practice-facilitator','assign','CO-304',63,1,0,'A',0,'practice-facilitator',2,'','',1,2,14,16440,1420329600000);
INSERT INTO item VALUES(40,'assign|CO-304:3c/deliver|g1|e0|A|2015-01-04|patient-experience-lead','assign','CO-304',63,1,0,'A',0,'patient-experience-lead',1,'','',1,2,12,16440,1420329600000);
INSERT INTO item VALUES(41,'assign|CO-304:3d/deliver|g1|e0|A|2015-01-04|head-of-communications','assign','CO-304',64,1,0,'A',0,'head-of-communications',1,'','',1,2,6,16440,1420329600000);
INSERT INTO item VALUES(42,'assign|CO-304:3e/deliver|g1|e0|A|2015-01-04|head-of-communications','assign','CO-304',65,1,0,'A',0,'head-of-communications',1,'','',1,2,6,16440,1420329600000);
INSERT INTO item VALUES(43,'assign|CO-304:3f/deliver|g1|e0|A|2015-01-04|head-of-recruitment','assign','CO-304',66,1,0,'A',0,'head-of-recruitment',1,'','',1,2,10,16440,1420329600000);
INSERT INTO item VALUES(44,'assign|CO-304:3g/start|g1|e0|A|2015-01-04|head-of-td','assign','CO-304',67,1,0,'A',0,'head-of-td',1,'','',1,2,11,16440,1420329600000);
INSERT INTO item VALUES(45,'assign|CO-304:3h/start|g1|e0|A|2015-01-04|quality-governance-manager','assign','CO-304',75,1,0,'A',0,'quality-governance-manager',1,'','',1,2,15,16440,1420329600000);
INSERT INTO item VALUES(46,'assign|CO-304:3i/start|g1|e0|A|2015-01-04|research-manager','assign','CO-304',83,1,0,'A',0,'research-manager',1,'','',1,2,17,16440,1420329600000);
INSERT INTO item VALUES(47,'assign|CO-304:3j/start|g1|e0|A|2015-01-04|head-of-community-engagement','assign','CO-304',90,1,0,'A',0,'head-of-community-engagement',1,'','',1,2,7,16440,1420329600000);
INSERT INTO item VALUES(48,'assign|CO-304:3k/start|g1|e0|A|2015-01-04|patient-experience-lead','assign','CO-304',102,1,0,'A',0,'patient-experience-lead',1,'','',1,2,12,16440,1420329600000);
INSERT INTO item VALUES(49,'assign|CO-304:3l/start|g1|e0|A|2015-01-04|quality-leads','assign','CO-304',110,1,0,'A',0,'quality-leads',2,'','',1,2,16,16440,1420329600000);
INSERT INTO item VALUES(50,'assign|CO-304:3l/start|g1|e0|A|2015-01-04|investigating-officers','assign','CO-304',110,1,0,'A',0,'investigating-officers',2,'','',1,3,NULL,16440,1420329600000);
INSERT INTO item VALUES(51,'assign|CO-304:3l/start|g1|e0|A|2015-01-04|patient-relations-lead','assign','CO-304',110,1,0,'A',0,'patient-relations-lead',1,'','',1,2,13,16440,1420329600000);
INSERT INTO item VALUES(52,'assign|CO-304:review/2018-01|g1|e0|A|2015-01-04|head-of-community-engagement','assign','CO-304',117,1,0,'A',0,'head-of-community-engagement',1,'','',1,2,7,16440,1420329600000);
INSERT INTO item VALUES(53,'unreached|CO-304:3l/start|g1|e0|F|2015-01-05|head-of-community-engagement','unreached','CO-304',110,1,0,'F',0,'head-of-community-engagement',7,'','Investigating Officers',1,2,24,16441,1420446600000);
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    plan TEXT NOT NULL,
    occurrence INTEGER REFERENCES occurrence (id),
    step TEXT NOT NULL,
    role TEXT NOT NULL,
    address TEXT NOT NULL,
    why TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    mail BLOB NOT NULL,
    message_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
INSERT INTO notice VALUES(1,'digest|associate-director-of-hr|2015-01-05','digest','CO-304',NULL,'A','associate-director-of-hr','associate-director-of-hr@example.nhs.uk','leads the action','CO-304: you now have a part in action 1e, please finish it by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Associate Director of Human Resources and Workforce Transformation\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: ','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<97e0197a276b4446e167423f0a8cfc47.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(2,'digest|chief-pharmacist|2015-01-05','digest','CO-304',NULL,'A','chief-pharmacist','chief-pharmacist@example.nhs.uk','leads the action','CO-304: you now have a part in action 1e, please finish it by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Chief Pharmacist\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n1e. Tell everyone who answers','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<00ee2a5e7aafae1fca7e0b2488ed7ee8.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(3,'digest|company-secretary|2015-01-05','digest','CO-304',NULL,'A','company-secretary','company-secretary@example.nhs.uk','leads the action','CO-304: you now have a part in action 1e, please finish it by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Company Secretary\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n1e. Tell everyone who answer','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<1de722f6d4dfb021ce391f4bb2e98405.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(4,'digest|deputy-director-of-nursing|2015-01-05','digest','CO-304',NULL,'A','deputy-director-of-nursing','deputy-director-of-nursing@example.nhs.uk','leads the action','CO-304: you now have a part in action 1e, please finish it by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Deputy Director of Nursing\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n1e. Tell everyone w','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<0fba150306df7d82dd2c2515569789f7.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(5,'digest|director-of-quality|2015-01-05','digest','CO-304',NULL,'A','director-of-quality','director-of-quality@example.nhs.uk','leads the action','CO-304: you now have a part in action 1d, please have it in place by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Director of Quality and Executive Nurse\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n1d. Ma','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<fd397da2be2b4031dca31655496de3f5.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(6,'digest|head-of-communications|2015-01-05','digest','CO-304',NULL,'','head-of-communications','head-of-communications@example.nhs.uk','see its items','CO-304: you now have a part in 4 actions, the first is due 30 June 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Communications\nDate: 5 January 2015\n\nFrom now on you have a part in these 4 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n3a. Work with patie','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<e925c6e7ea3fa4d8172b1b782d0c3b25.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(7,'digest|head-of-community-engagement|2015-01-05','digest','CO-304',NULL,'','head-of-community-engagement','head-of-community-engagement@example.nhs.uk','see its items','CO-304: you now have a part in 6 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Community Engagement and Patient Involvement\nDate: 5 January 2015\n\nFrom now on you have a part in these 6 actions of the plan. If this is wrong, please say so now: reply to t','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<e6109c84b974c58291f7d667937cd22c.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(8,'digest|head-of-hr|2015-01-05','digest','CO-304',NULL,'A','head-of-hr','head-of-hr@example.nhs.uk','leads the action','CO-304: you now have a part in action 2f, please finish it by 31 December 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Human Resources\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n2f. Use the pulse surv','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<ea6484c27a17bb6b1e4d57a255bc34a4.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(9,'digest|head-of-od|2015-01-05','digest','CO-304',NULL,'','head-of-od','head-of-od@example.nhs.uk','see its items','CO-304: you now have a part in 3 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Organisational Development\nDate: 5 January 2015\n\nFrom now on you have a part in these 3 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n1d. Mak','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<ebae9f3f31984607d6e34e5e592684d2.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(10,'digest|head-of-recruitment|2015-01-05','digest','CO-304',NULL,'A','head-of-recruitment','head-of-recruitment@example.nhs.uk','leads the action','CO-304: you now have a part in action 3f, please finish it by 30 June 2016',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Recruitment\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n3f. Every interview panel ','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<9f9aa96e15ccb9ca4ae87495767835e1.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(11,'digest|head-of-td|2015-01-05','digest','CO-304',NULL,'','head-of-td','head-of-td@example.nhs.uk','see its items','CO-304: you now have a part in 2 actions, the first is due 30 June 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Training and Development\nDate: 5 January 2015\n\nFrom now on you have a part in these 2 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n2a. Desig','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<05ed8a1df5ed1cd4729dc995269ac861.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(12,'digest|patient-experience-lead|2015-01-05','digest','CO-304',NULL,'','patient-experience-lead','patient-experience-lead@example.nhs.uk','see its items','CO-304: you now have a part in 5 actions, the first is due 30 June 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Patient Experience Lead\nDate: 5 January 2015\n\nFrom now on you have a part in these 5 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n3a. Work with pati','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<fe13431dd421f4d2b20a97061c5f73fc.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(13,'digest|patient-relations-lead|2015-01-05','digest','CO-304',NULL,'A','patient-relations-lead','patient-relations-lead@example.nhs.uk','leads the action','CO-304: you now have a part in action 3l, please have it in place by 30 June 2016',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Patient Relations Team Lead\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n3l. When a complai','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<0b3aa4426b6c50cb9f24a103c8b0e8c7.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(14,'digest|practice-facilitator|2015-01-05','digest','CO-304',NULL,'','practice-facilitator','practice-facilitator@example.nhs.uk','see its items','CO-304: you now have a part in 4 actions, the first is due 30 June 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Practice Facilitator\nDate: 5 January 2015\n\nFrom now on you have a part in these 4 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n2a. Design a workshop','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<ba052d13097ae11ad1a10261a6a6adee.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(15,'digest|quality-governance-manager|2015-01-05','digest','CO-304',NULL,'','quality-governance-manager','quality-governance-manager@example.nhs.uk','see its items','CO-304: you now have a part in 2 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Quality Governance Manager\nDate: 5 January 2015\n\nFrom now on you have a part in these 2 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n1f. Make co-pro','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<8499db9049761100530f9d8e6b9e6147.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(16,'digest|quality-leads|2015-01-05','digest','CO-304',NULL,'A','quality-leads','quality-leads@example.nhs.uk','leads the action with others','CO-304: you now have a part in action 3l, please have it in place by 30 June 2016',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Quality Leads\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n3l. When a complaint is made, st','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<46b78546b66a333428baa70ddb317363.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(17,'digest|research-manager|2015-01-05','digest','CO-304',NULL,'A','research-manager','research-manager@example.nhs.uk','leads the action','CO-304: you now have a part in action 3i, please have it in place by 30 June 2016',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Audit, Research and Clinical Effectiveness Manager\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this ma','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<15debd4a6ba4629b5fc3114f8354b335.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(18,'digest|risk-and-security-manager|2015-01-05','digest','CO-304',NULL,'A','risk-and-security-manager','risk-and-security-manager@example.nhs.uk','leads the action','CO-304: you now have a part in action 1e, please finish it by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Risk and Security Manager\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n1e. Tell everyone wh','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<bb7d5153a79f3f94d3a87acd72efb8b3.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(19,'digest|sdu-lead-amh|2015-01-05','digest','CO-304',NULL,'','sdu-lead-amh','sdu-lead-amh@example.nhs.uk','see its items','CO-304: you now have a part in 3 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Deputy Director of Operations and Adult Mental Health Service Delivery Unit Lead\nDate: 5 January 2015\n\nFrom now on you have a part in these 3 actions of the plan. If this is wrong, p','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<3f47ae83c1f3233c85d01d53cc0d00a7.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(20,'digest|sdu-lead-cc|2015-01-05','digest','CO-304',NULL,'','sdu-lead-cc','sdu-lead-cc@example.nhs.uk','see its items','CO-304: you now have a part in 3 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Community Care Service Delivery Unit Lead\nDate: 5 January 2015\n\nFrom now on you have a part in these 3 actions of the plan. If this is wrong, please say so now: reply to this mail.\n\n','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<7e5a9a0a7778a22ebc854d9944ee6e64.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(21,'digest|sdu-lead-cf|2015-01-05','digest','CO-304',NULL,'','sdu-lead-cf','sdu-lead-cf@example.nhs.uk','see its items','CO-304: you now have a part in 3 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Children''s and Families Service Delivery Unit Lead\nDate: 5 January 2015\n\nFrom now on you have a part in these 3 actions of the plan. If this is wrong, please say so now: reply to thi','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<60a61d47019ef41766a929a9884fda2a.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(22,'digest|sdu-lead-ld|2015-01-05','digest','CO-304',NULL,'','sdu-lead-ld','sdu-lead-ld@example.nhs.uk','see its items','CO-304: you now have a part in 3 actions, the first is due 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Learning Disability Service Delivery Unit Lead\nDate: 5 January 2015\n\nFrom now on you have a part in these 3 actions of the plan. If this is wrong, please say so now: reply to this ma','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<1d4cdb560b960c45c7e2d05e32c665d6.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(23,'digest|senior-management-team|2015-01-05','digest','CO-304',NULL,'A','senior-management-team','senior-management-team@example.nhs.uk','leads the action with others','CO-304: you now have a part in action 1d, please have it in place by 31 March 2015',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Senior Management Team\nDate: 5 January 2015\n\nFrom now on you have a part in this action of the plan. If this is wrong, please say so now: reply to this mail.\n\n1d. Make the approach k','\n',char(10)),X'446174653a204d6f6e2c2035204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<09d64b5809ad8900473d4ff931ca3570.mail@example.nhs.uk>',2,1420446600000,1420446600000);
INSERT INTO notice VALUES(24,'digest|head-of-community-engagement|2015-01-06','digest','CO-304',NULL,'F','head-of-community-engagement','head-of-community-engagement@example.nhs.uk','owns the plan','CO-304: please name a lead for action 3l, due 30 June 2016',replace('Example Health and Care NHS Trust\nCo-production plan CO-304: Co-production, working in partnership with patients\n\nTo: Head of Community Engagement and Patient Involvement\nDate: 6 January 2015\n\nNobody can be reminded of this action: its lead is not known, or has no mail address. Please name a lead or','\n',char(10)),X'446174653a205475652c2036204a616e20323031352030383a33303a3030202b303030300d0a46726f6d3a20224578616d706c65204865616c746820616e642043617265204e485320547275737420616374696f6e20706c616e73220d0a203c636f2d70726f64756374696f6e2d706c616e406578616d70','<3503aa558af00e92077c4ced600cc4a1.mail@example.nhs.uk>',2,1420533000000,1420533000000);
CREATE TABLE delivery (
    notice INTEGER NOT NULL REFERENCES notice (id),
    attempt INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    PRIMARY KEY (notice, attempt)
) STRICT;
INSERT INTO delivery VALUES(1,1,2914,1420446600000);
INSERT INTO delivery VALUES(2,1,2914,1420446600000);
INSERT INTO delivery VALUES(3,1,2914,1420446600000);
INSERT INTO delivery VALUES(4,1,2914,1420446600000);
INSERT INTO delivery VALUES(5,1,2914,1420446600000);
INSERT INTO delivery VALUES(6,1,2914,1420446600000);
INSERT INTO delivery VALUES(7,1,2914,1420446600000);
INSERT INTO delivery VALUES(8,1,2914,1420446600000);
INSERT INTO delivery VALUES(9,1,2914,1420446600000);
INSERT INTO delivery VALUES(10,1,2914,1420446600000);
INSERT INTO delivery VALUES(11,1,2914,1420446600000);
INSERT INTO delivery VALUES(12,1,2914,1420446600000);
INSERT INTO delivery VALUES(13,1,2914,1420446600000);
INSERT INTO delivery VALUES(14,1,2914,1420446600000);
INSERT INTO delivery VALUES(15,1,2914,1420446600000);
INSERT INTO delivery VALUES(16,1,2914,1420446600000);
INSERT INTO delivery VALUES(17,1,2914,1420446600000);
INSERT INTO delivery VALUES(18,1,2914,1420446600000);
INSERT INTO delivery VALUES(19,1,2914,1420446600000);
INSERT INTO delivery VALUES(20,1,2914,1420446600000);
INSERT INTO delivery VALUES(21,1,2914,1420446600000);
INSERT INTO delivery VALUES(22,1,2914,1420446600000);
INSERT INTO delivery VALUES(23,1,2914,1420446600000);
INSERT INTO delivery VALUES(24,1,2914,1420533000000);
CREATE TABLE delivery_outcome (
    notice INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    code INTEGER NOT NULL,
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (notice, attempt),
    FOREIGN KEY (notice, attempt) REFERENCES delivery (notice, attempt)
) STRICT;
INSERT INTO delivery_outcome VALUES(1,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(2,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(3,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(4,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(5,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(6,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(7,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(8,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(9,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(10,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(11,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(12,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(13,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(14,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(15,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(16,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(17,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(18,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(19,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(20,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(21,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(22,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(23,1,'accepted',0,'written to the maildir',1420446600000);
INSERT INTO delivery_outcome VALUES(24,1,'accepted',0,'written to the maildir',1420533000000);
CREATE TABLE probe (
    job INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    began_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    on_behalf TEXT NOT NULL DEFAULT '',
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    hash BLOB NOT NULL
) STRICT;
INSERT INTO audit VALUES(1,1420329600000,'start','','complete','CO-304:1a/deliver','Minute of the Trust Board, 14 January 2015',X'f76eee75d2a58e8ab0e25ab87eeccab19d042cd226fa5ce54fbce900a0fa3f6b');
INSERT INTO audit VALUES(2,1420329600000,'start','','plan applied','plan CO-304','revision 1, source 3079d2bfe8bc5390',X'55bee7526aea363642a00bc6eb207d216491b19a560929e47106e0bf0cccff6c');
INSERT INTO audit VALUES(3,1420446600000,'coprod','','digest','CO-304:1e/deliver@associate-director-of-hr','A to associate-director-of-hr, notice 1',X'a4430c050d61583049494990492ab9b4b9ff3088f0f7a34028718e10b5ea0729');
INSERT INTO audit VALUES(4,1420446600000,'coprod','','digest','CO-304:1e/deliver@chief-pharmacist','A to chief-pharmacist, notice 2',X'8af21e5097f6468ad81ddd663bdbd6affcacadcaaece7bcb067036880898696b');
INSERT INTO audit VALUES(5,1420446600000,'coprod','','digest','CO-304:1e/deliver@company-secretary','A to company-secretary, notice 3',X'033d565a5c92c63da9c856fe9e9057b6fe3c1961d2a75b792aed4066e7a397e6');
INSERT INTO audit VALUES(6,1420446600000,'coprod','','digest','CO-304:1e/deliver@deputy-director-of-nursing','A to deputy-director-of-nursing, notice 4',X'a5c212dc8e7dad2817db70cea5de834a42c7e73dc024f3073aa959464a58f0b2');
INSERT INTO audit VALUES(7,1420446600000,'coprod','','digest','CO-304:1d/start','A to director-of-quality, notice 5',X'd2eb79c1907829e7557f066e06e65dd5b7ca7384e814b8a9dc58933f94520605');
INSERT INTO audit VALUES(8,1420446600000,'coprod','','digest','notice 6','A and others to head-of-communications, notice 6',X'0331198780b792187eb7ed149f880dc9abbd8f169ddf4d5d009b7e35fc0fca76');
INSERT INTO audit VALUES(9,1420446600000,'coprod','','digest','notice 7','A and others to head-of-community-engagement, notice 7',X'3142ac8b04314534da42f34c4e908570bbf10839962d4374efc7be6efc79ce58');
INSERT INTO audit VALUES(10,1420446600000,'coprod','','digest','CO-304:2f/deliver','A to head-of-hr, notice 8',X'a46fb1e35dc5a429b71a26b82b80d45570a45b5e2452ff86a12491652d067671');
INSERT INTO audit VALUES(11,1420446600000,'coprod','','digest','notice 9','A and others to head-of-od, notice 9',X'9c47396a5f24b3f60ad5a8b4d2fc1af7575c01ae84e42e8435a41719acfad3b3');
INSERT INTO audit VALUES(12,1420446600000,'coprod','','digest','CO-304:3f/deliver','A to head-of-recruitment, notice 10',X'edb9b4fccd8790def0f1ad4686d7cb66d0cec424dda89b4eccdeff61b3da85ef');
INSERT INTO audit VALUES(13,1420446600000,'coprod','','digest','notice 11','A and others to head-of-td, notice 11',X'c0059cef22105a0867100fea78a1255436f9a8d8564e9d27ce989fbee384e112');
INSERT INTO audit VALUES(14,1420446600000,'coprod','','digest','notice 12','A and others to patient-experience-lead, notice 12',X'7f8e6661949ddb064dd77b4dabb67ab9259e54f38425b439b22645489a341783');
INSERT INTO audit VALUES(15,1420446600000,'coprod','','digest','CO-304:3l/start','A to patient-relations-lead, notice 13',X'98bea4aa8f080a9f7553c94527d4d517941053a832264a4ab7e2cb742cb551b7');
INSERT INTO audit VALUES(16,1420446600000,'coprod','','digest','notice 14','A and others to practice-facilitator, notice 14',X'09c4cb078d68b1baea2babc2e6f047bc3eeb619e5f05b280e4a069af22dcc30c');
INSERT INTO audit VALUES(17,1420446600000,'coprod','','digest','notice 15','A and others to quality-governance-manager, notice 15',X'8b4b6b82035644ae1a29ef62b1fbe35dc1ffa2f2c39dde51c511bd2c2154b017');
INSERT INTO audit VALUES(18,1420446600000,'coprod','','digest','CO-304:3l/start','A to quality-leads, notice 16',X'eeb81bd7a6ffa4b2bd1e161466b3a02c56c131e889dae47378bfc7cee2db7b9c');
INSERT INTO audit VALUES(19,1420446600000,'coprod','','digest','CO-304:3i/start','A to research-manager, notice 17',X'97bc46c4fbb33926b8322e5f77285364a029b969ae57af3ee62e69d87b4d4c48');
INSERT INTO audit VALUES(20,1420446600000,'coprod','','digest','CO-304:1e/deliver@risk-and-security-manager','A to risk-and-security-manager, notice 18',X'be25d05aca0a76156758ea71382772803e6432f66dd1feae2fad1d685b554f10');
INSERT INTO audit VALUES(21,1420446600000,'coprod','','digest','notice 19','A and others to sdu-lead-amh, notice 19',X'30575723dd8f84cea677ca24b5f0cceabe94e9a4ab2e23a01edaa5d4301c9c0d');
INSERT INTO audit VALUES(22,1420446600000,'coprod','','digest','notice 20','A and others to sdu-lead-cc, notice 20',X'14661ac72bed6843c880abd6e67d096eef697fbab74b5cba613c6d2df283d748');
INSERT INTO audit VALUES(23,1420446600000,'coprod','','digest','notice 21','A and others to sdu-lead-cf, notice 21',X'e862b466219e8c53d52c18796119fa7e3a32550a854f4def03a8174f11f11bcc');
INSERT INTO audit VALUES(24,1420446600000,'coprod','','digest','notice 22','A and others to sdu-lead-ld, notice 22',X'02956b7e260d02117df59a2ef36c60e47e49104a764e43a9959311f1e1e10228');
INSERT INTO audit VALUES(25,1420446600000,'coprod','','digest','CO-304:1d/start','A to senior-management-team, notice 23',X'5fdc89d7282cebe9c17884e4299f833a374a269c6d2506e596563438c95d750c');
INSERT INTO audit VALUES(26,1420446600000,'deliver','','mail','notice 1','accepted, code 0, attempt 1',X'5b77869dccd411cdcd1390e3ed313bdf81692218fa50d45768bdc51166a20364');
INSERT INTO audit VALUES(27,1420446600000,'deliver','','mail','notice 2','accepted, code 0, attempt 1',X'487dba58ed0c00c2c5b9d6957a5e0cdaf7f98419d2b56a3eb7c021d8b52bc2f0');
INSERT INTO audit VALUES(28,1420446600000,'deliver','','mail','notice 3','accepted, code 0, attempt 1',X'2203eb04cadd719fda399a04a4e92bbff2955367ec36534f03cb3d2c068f2127');
INSERT INTO audit VALUES(29,1420446600000,'deliver','','mail','notice 4','accepted, code 0, attempt 1',X'dd166649f17625fd5243f09902f98186f39c110cedd1e8c7173b03a4fa8d95c8');
INSERT INTO audit VALUES(30,1420446600000,'deliver','','mail','notice 5','accepted, code 0, attempt 1',X'85f5d02b225304813f00dcc7c14ce478a49d652da8e082dd826ebac97cca0c32');
INSERT INTO audit VALUES(31,1420446600000,'deliver','','mail','notice 6','accepted, code 0, attempt 1',X'7ef27d14ef925fb26ac3bf3bea7f28fdce8fe95f74318a1b9dbc6f0c3bc8acf3');
INSERT INTO audit VALUES(32,1420446600000,'deliver','','mail','notice 7','accepted, code 0, attempt 1',X'60e6a24f4ddb500121c850f6086a590ee47f246c37ee4e5c8bac352fbdf2ef81');
INSERT INTO audit VALUES(33,1420446600000,'deliver','','mail','notice 8','accepted, code 0, attempt 1',X'793a9b9a4a382102bcf43065e6f46534d19521d85d3a867dc13301016338b3c9');
INSERT INTO audit VALUES(34,1420446600000,'deliver','','mail','notice 9','accepted, code 0, attempt 1',X'ae36eb3e13017cf76cda7f0307323579577b4c7fa34a90a40925ca47ac574ee9');
INSERT INTO audit VALUES(35,1420446600000,'deliver','','mail','notice 10','accepted, code 0, attempt 1',X'0bc85c726331d40e4f849014b743fda506382662f687a54dd5c97bbe25a481d4');
INSERT INTO audit VALUES(36,1420446600000,'deliver','','mail','notice 11','accepted, code 0, attempt 1',X'05f870a90bccba4bc6a5ca2a2f6e1644c5d76c9aba9cc0080c903583b9261cb8');
INSERT INTO audit VALUES(37,1420446600000,'deliver','','mail','notice 12','accepted, code 0, attempt 1',X'db0087cbf3a6f3aef031967c88e45a844dd73985e16622fd64d7b4f03375a3f1');
INSERT INTO audit VALUES(38,1420446600000,'deliver','','mail','notice 13','accepted, code 0, attempt 1',X'9bf350498abc7465978ab8403628c8c4acec2d89adb6c5e1b81f45ced628c724');
INSERT INTO audit VALUES(39,1420446600000,'deliver','','mail','notice 14','accepted, code 0, attempt 1',X'c224a2ecb3b195f1d732275395cbdb97b3f1dcd5c5e80b9e4ff52c43a95c2cbc');
INSERT INTO audit VALUES(40,1420446600000,'deliver','','mail','notice 15','accepted, code 0, attempt 1',X'70237b79beea52d96031fee8def556d872b2ec99162a9c2438fa82803e7110c6');
INSERT INTO audit VALUES(41,1420446600000,'deliver','','mail','notice 16','accepted, code 0, attempt 1',X'24e8d05a0e825e090c2693b52790beb3f9f289f7d757742d9dce15da6cf99912');
INSERT INTO audit VALUES(42,1420446600000,'deliver','','mail','notice 17','accepted, code 0, attempt 1',X'5128256f1efd13bfca3f2f774da20c179f5d568cdeddc87b8393a14af4f203a8');
INSERT INTO audit VALUES(43,1420446600000,'deliver','','mail','notice 18','accepted, code 0, attempt 1',X'1a26228e0f5fab29c39d5440785f4749e6679167490e0f02427bc1d862867846');
INSERT INTO audit VALUES(44,1420446600000,'deliver','','mail','notice 19','accepted, code 0, attempt 1',X'db450a64b7a5b8fe3d43d025bdf9722cdd59ccc7e4da52d3944daf26a4e86aba');
INSERT INTO audit VALUES(45,1420446600000,'deliver','','mail','notice 20','accepted, code 0, attempt 1',X'f01ca86b0158d08671b7b1e68ba421a6d6dc41f30ae3e515bfa85958c9ce5a09');
INSERT INTO audit VALUES(46,1420446600000,'deliver','','mail','notice 21','accepted, code 0, attempt 1',X'f0c1fad35141c18a1e07f99f69a3d0947457a2ccd33b2e8a83559c2a7b692a82');
INSERT INTO audit VALUES(47,1420446600000,'deliver','','mail','notice 22','accepted, code 0, attempt 1',X'930a109a4441dd146e9f0f9bd3d5eb47f380c66651499026a171a109b4391e93');
INSERT INTO audit VALUES(48,1420446600000,'deliver','','mail','notice 23','accepted, code 0, attempt 1',X'8ddfc3b8efcf4f33f3bd69f4d210533b0e2d5b7f16dcecc61f64a2d09ec07cb1');
INSERT INTO audit VALUES(49,1420533000000,'coprod','','digest','CO-304:3l/start','F to head-of-community-engagement, notice 24',X'95e0d796fa99a22bedb9a082f8d451722a06c18dddefc4c475c6a7c5ee79e5f1');
INSERT INTO audit VALUES(50,1420533000000,'deliver','','mail','notice 24','accepted, code 0, attempt 1',X'2894a5b81b06e9f416b7682959aabe8504d227b6a0f48a49da1576d61c5ff9dd');
INSERT INTO audit VALUES(51,1420588799999,'aggregate','','survey file imported','coproduction--a.csv','coproduction--a.csv: read 40, new 40, repeat 0, rejected 0',X'b9e5561fdc6ecdbf8cda7e04eff8c47801f3775d3d8bc49c2c38afcf45722234');
INSERT INTO audit VALUES(52,1420675199999,'user root','','mail held','mail','looking first',X'a335047613082bdf564b4da2c2d2e2ddc9f7ef762d3e9a6ff8e5de3b58b9f773');
CREATE TABLE survey (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    shape TEXT NOT NULL,
    newest_month INTEGER NOT NULL DEFAULT 0,
    changed_ms INTEGER NOT NULL
) STRICT;
INSERT INTO survey VALUES(1,'coproduction','levels 2, response ids',24179,1420588799999);
CREATE TABLE survey_question (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    shape TEXT NOT NULL,
    UNIQUE (survey, kind, name, shape)
) STRICT;
INSERT INTO survey_question VALUES(1,1,1,'involved','2016:39b39a914d67e717');
INSERT INTO survey_question VALUES(2,1,3,'responses','2016');
CREATE TABLE survey_unit (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    level INTEGER NOT NULL,
    path TEXT NOT NULL,
    UNIQUE (survey, path)
) STRICT;
INSERT INTO survey_unit VALUES(1,1,2,'Community careTeam 1');
CREATE TABLE survey_group (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    name TEXT NOT NULL,
    UNIQUE (survey, name)
) STRICT;
CREATE TABLE survey_cell (
    survey INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES survey_unit (id),
    month INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (survey, unit, month, grp)
) STRICT, WITHOUT ROWID;
INSERT INTO survey_cell VALUES(1,1,24179,0,X'0106012600010000020128');
CREATE TABLE survey_form (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    series TEXT NOT NULL,
    UNIQUE (survey, series)
) STRICT;
INSERT INTO survey_form VALUES(1,1,'1||2');
CREATE TABLE survey_response (
    id INTEGER PRIMARY KEY,
    tag INTEGER NOT NULL,
    survey INTEGER NOT NULL,
    form INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    answers BLOB,
    batch INTEGER NOT NULL
) STRICT;
INSERT INTO survey_response VALUES(281351373494988120,8525936113194147714,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(287146463016356332,5215451105893933442,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(544562764727838609,441725145262739294,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(566864345708389512,4581923948141130844,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(757583769534762679,1347381899334875653,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(1075786942143725503,8642842690698860033,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(1110138287667948934,5630618394933505978,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(1700240989646104907,2651682462075125816,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(1705513517809594017,8458368400284435460,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2006626424422499271,2102918397746988199,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2060453400828949910,2475791290984202337,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2123616841310430183,7315462055636080732,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2152076538534286609,3630078343692685242,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2187304919743288538,305295283726959548,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2509017569162424679,9214654132769446725,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2873491024591459650,7885127055702201976,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(2981399144017930225,7325849277680831726,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(3328871827730626292,5262745067816043998,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(4221194955352783159,1984956632187903161,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(4383817976773352086,3279918915742333306,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(4660170318770118804,6296212247586176342,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(4803609074012944415,8362980678864498278,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(4953206227089448136,5436739041958122103,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(5294639976223243689,7294230554244132250,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(5355349887848114460,399698577293246198,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(5357570222885562323,4304146887314950079,1,1,1,0,16408,0,1,X'04',1);
INSERT INTO survey_response VALUES(5462083671813744600,934377207248382156,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(5986953919016243330,3828599802139669644,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(6344251507619381043,3007819372106385143,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(6441203667615712202,7343867249339392289,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(6470782420954766520,5806547260680747784,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(6712273671195298628,3832121860672342642,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(7287920859705569117,5471478925989245569,1,1,1,0,16407,0,1,X'01',1);
INSERT INTO survey_response VALUES(7504408450679852334,381963014661955582,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(7582993194490871787,392932772893235906,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(8447817282958182823,9138849082837926162,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(8503988515397714411,467602480571182219,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(8608865007852551230,8309257389604502680,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(8727788245688297801,7206272769005498125,1,1,1,0,16409,0,1,X'02',1);
INSERT INTO survey_response VALUES(9223347133673072177,9073343660255551551,1,1,1,0,16409,0,1,X'02',1);
CREATE TABLE survey_comment (
    response INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    day INTEGER NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE TABLE survey_batch (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    state INTEGER NOT NULL,
    bytes_done INTEGER NOT NULL DEFAULT 0,
    line INTEGER NOT NULL DEFAULT 1,
    late_before INTEGER NOT NULL, -- answers of a month before it are late
    n_read INTEGER NOT NULL DEFAULT 0,
    n_new INTEGER NOT NULL DEFAULT 0,
    n_repeat INTEGER NOT NULL DEFAULT 0,
    n_corrected INTEGER NOT NULL DEFAULT 0,
    n_withdrawn INTEGER NOT NULL DEFAULT 0,
    n_stale INTEGER NOT NULL DEFAULT 0,
    n_late INTEGER NOT NULL DEFAULT 0,
    n_rejected INTEGER NOT NULL DEFAULT 0,
    began_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    UNIQUE (survey, sha256)
) STRICT;
INSERT INTO survey_batch VALUES(1,1,'c0e3b29c357c6f63ccc4d74c8de9e473c9e2b0ce1854656adb9d8b6e4767dcc8','coproduction--a.csv',2,1789,42,0,40,40,0,0,0,0,0,0,1420588799999,1420588799999);
CREATE TABLE survey_reject (
    batch INTEGER NOT NULL REFERENCES survey_batch (id),
    line INTEGER NOT NULL,
    col INTEGER NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (batch, line)
) STRICT;
CREATE TABLE survey_reject_count (
    batch INTEGER NOT NULL REFERENCES survey_batch (id),
    reason TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (batch, reason)
) STRICT;
CREATE TABLE survey_quality (
    batch INTEGER NOT NULL REFERENCES survey_batch (id),
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (batch, name)
) STRICT;
INSERT INTO survey_quality VALUES(1,'first_day',16407);
INSERT INTO survey_quality VALUES(1,'last_day',16409);
INSERT INTO survey_quality VALUES(1,'missing:team',0);
INSERT INTO survey_quality VALUES(1,'same_time_unit_answers',0);
CREATE TABLE survey_release (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    k INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (survey, month, version)
) STRICT;
CREATE TABLE survey_release_cell (
    release INTEGER NOT NULL REFERENCES survey_release (id),
    question INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (release, question, path)
) STRICT;
CREATE TABLE measure (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    survey TEXT NOT NULL,
    plan TEXT NOT NULL,
    action TEXT NOT NULL,
    level INTEGER NOT NULL,
    mark TEXT NOT NULL,
    month INTEGER NOT NULL, -- of the latest value
    n_values INTEGER NOT NULL,
    kind TEXT NOT NULL,
    states INTEGER NOT NULL,
    variation TEXT NOT NULL,
    assurance TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE baseline (
    measure INTEGER NOT NULL REFERENCES measure (id),
    month INTEGER NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    on_behalf TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (measure, month)
) STRICT;
CREATE TABLE signal (
    id INTEGER PRIMARY KEY,
    measure INTEGER NOT NULL REFERENCES measure (id),
    verdict INTEGER NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    first_month INTEGER NOT NULL,
    last_month INTEGER NOT NULL,
    opened_month INTEGER NOT NULL,
    rule TEXT NOT NULL,
    limits TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    persisted_ms INTEGER,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX action_dep_needs ON action_dep (plan, needs);
CREATE INDEX occurrence_parent ON occurrence (parent) WHERE parent IS NOT NULL;
CREATE INDEX occurrence_due ON occurrence (due, id);
CREATE INDEX occurrence_action ON occurrence (plan, action, part, due);
CREATE INDEX occurrence_role_role ON occurrence_role (role);
CREATE INDEX timer_at ON timer (at_ms);
CREATE INDEX timer_trouble ON timer (occurrence) WHERE trouble IS NOT NULL;
CREATE INDEX job_ready ON job (kind, run_at_ms, id) WHERE state = 2;
CREATE INDEX job_waiting ON job (run_at_ms, id) WHERE state = 1;
CREATE INDEX job_dead ON job (id) WHERE state = 4;
CREATE INDEX job_failing ON job (id) WHERE failures >= 3 AND state IN (1, 2);
CREATE INDEX job_subject ON job (kind, subject) WHERE subject > 0;
CREATE INDEX item_calls ON item (ready_day, role) WHERE state = 1 AND calls = 1;
CREATE INDEX item_person ON item (role, id) WHERE state = 1;
CREATE INDEX item_occurrence ON item (occurrence, id);
CREATE INDEX item_notice ON item (notice) WHERE notice IS NOT NULL;
CREATE INDEX notice_occurrence ON notice (occurrence);
CREATE INDEX notice_open ON notice (id) WHERE state <> 2;
CREATE INDEX notice_unsent ON notice (role, id) WHERE state = 1 OR state = 6;
CREATE INDEX audit_subject ON audit (subject, seq);
CREATE INDEX survey_comment_day ON survey_comment (survey, day);
CREATE INDEX measure_action ON measure (plan, action);
CREATE INDEX signal_measure ON signal (measure, verdict, id);
COMMIT;
PRAGMA user_version=1;
